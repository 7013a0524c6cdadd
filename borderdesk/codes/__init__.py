"""Code tables as data (states, document types, actions), each with its source and date."""

from borderdesk.codes.letters import folded
from borderdesk.codes.notices import NoticeColour, notice_colour, notice_colours
from borderdesk.codes.regions import Region, region, regions
from borderdesk.codes.states import State, StateKind, find_state, state, state_aliases, states

__all__ = [
    "NoticeColour",
    "Region",
    "State",
    "StateKind",
    "find_state",
    "folded",
    "notice_colour",
    "notice_colours",
    "region",
    "regions",
    "state",
    "state_aliases",
    "states",
]
