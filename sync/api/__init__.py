"""The HTTP interface for other systems: the same at the bureau and on a desk's loopback, described by OpenAPI."""

from sync.api.app import Caller, Service, api_routes
from sync.api.openapi import describe
from sync.api.plain import verdict_plain

__all__ = ["Caller", "Service", "api_routes", "describe", "verdict_plain"]
