"""The HTTP interface for other systems: the same at the bureau and on a desk's loopback, described by OpenAPI."""

from sync.api.app import Caller, Missing, Service, api_routes
from sync.api.openapi import describe

__all__ = ["Caller", "Missing", "Service", "api_routes", "describe"]
