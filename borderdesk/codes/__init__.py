"""Code tables as data (states, document types, actions), each with its source and date."""

from borderdesk.codes.states import State, StateKind, find_state, state, state_aliases, states

__all__ = ["State", "StateKind", "find_state", "state", "state_aliases", "states"]
