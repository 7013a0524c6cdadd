"""What Qt itself says, in the officer's language: menus of fields and scroll bars, file dialogs, standard buttons.

Qt's own translations lack Lao and Vietnamese, and know none of our words; so its sentences come from our catalogue.
Names of keys (`Ctrl`, `Esc`) stay as they are engraved on the keyboard.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QTranslator

from borderdesk.words import Sentence, say
from ui.locale import Catalogue

_FIELD: Final = {
    "&Undo": say("Undo"),
    "&Redo": say("Redo"),
    "Cu&t": say("Cut"),
    "&Copy": say("Copy"),
    "&Paste": say("Paste"),
    "Delete": say("Delete"),
    "Select All": say("Select all"),
}

QT_SAYS: Final[Mapping[str, Mapping[str, Sentence]]] = {
    "QLineEdit": _FIELD,
    "QWidgetTextControl": _FIELD,
    "QScrollBar": {
        "Scroll here": say("Scroll to here"),
        "Top": say("To the top"),
        "Bottom": say("To the bottom"),
        "Page up": say("One page up"),
        "Page down": say("One page down"),
        "Scroll up": say("A little up"),
        "Scroll down": say("A little down"),
        "Left edge": say("To the left edge"),
        "Right edge": say("To the right edge"),
        "Page left": say("One page to the left"),
        "Page right": say("One page to the right"),
        "Scroll left": say("A little to the left"),
        "Scroll right": say("A little to the right"),
    },
    "QComboBox": {"Open the combo box selection popup": say("Opens the choice")},
    "QAccessibleActionInterface": {
        "Press": say("Press"),
        "Triggers the action": say("Does what the button says"),
        "Toggle": say("Switch over"),
        "Toggles the state": say("Switches on or off"),
        "SetFocus": say("Go there"),
        "Sets the focus": say("Brings the keyboard there"),
        "ShowMenu": say("Show the menu"),
        "Shows the menu": say("Shows the menu of this field"),
        "Increase": say("More"),
        "Increase the value": say("Makes the value larger"),
        "Decrease": say("Less"),
        "Decrease the value": say("Makes the value smaller"),
    },
    "QPlatformTheme": {
        "OK": say("OK"),
        "Open": say("Open"),
        "Save": say("Save"),
        "Cancel": say("Cancel"),
        "&Yes": say("Yes"),
        "&No": say("No"),
    },
    "QFileDialog": {
        "&Look in:": say("Look in:"),
        "&Open": say("Open"),
        "&Choose": say("Choose"),
        "&Save": say("Save"),
        "Cancel": say("Cancel"),
        "File &name:": say("File name:"),
        "Directory:": say("Folder:"),
        "Files of &type:": say("Kind of file:"),
        "All Files (*)": say("All files (*)"),
        "Directories": say("Folders"),
        "Files": say("Files"),
        "Sidebar": say("Places"),
        "List of places and bookmarks": say("Places on this computer"),
        "Back": say("Back"),
        "Go back": say("Back to the folder before"),
        "Forward": say("On"),
        "Go forward": say("On to the next folder"),
        "Parent Directory": say("One folder up"),
        "Go to the parent directory": say("To the folder above"),
        "Create New Folder": say("New folder"),
        "Create a New Folder": say("Make a new folder"),
        "List View": say("Names only"),
        "Change to list view mode": say("Show names only"),
        "Detail View": say("Details"),
        "Change to detail view mode": say("Show size and date"),
        "&Rename": say("Rename"),
        "&Delete": say("Delete"),
        "Show ": say("Show"),
        "Show &hidden files": say("Show hidden files"),
        "&New Folder": say("New folder"),
        "Remove": say("Remove"),
        "Find Directory": say("Choose a folder"),
        "Open": say("Open"),
        "Save As": say("Save as"),
        "Recent Places": say("Places used last"),
        "%1\nFile not found.\nPlease verify the correct file name was given.": say(
            "There is no file {name}. Nothing was opened. Check its name.", name="%1"
        ),
        "%1\nDirectory not found.\nPlease verify the correct directory name was given.": say(
            "There is no folder {name}. Nothing was opened. Check its name.", name="%1"
        ),
        "%1 already exists.\nDo you want to replace it?": say(
            "{name} is there already. Nothing was written yet. Write over it?", name="%1"
        ),
    },
    "QFileSystemModel": {
        "Name": say("Name"),
        "Size": say("Size"),
        "Type": say("Type"),
        "Date Modified": say("Changed on"),
        "Computer": say("Computer"),
        "My Computer": say("Computer"),
    },
    "QAbstractFileIconProvider": {
        "Drive": say("Drive"),
        "Folder": say("Folder"),
        "File": say("File"),
        "%1 File": say("{kind} file", kind="%1"),
        "Unknown": say("Unknown"),
    },
}
"""Qt's context and text -> our sentence. `%1` is filled by Qt."""


class QtWords(QTranslator):
    """Answers Qt with sentences of the catalogue; what stands in no table stays as Qt says it.

    It is installed once and only changes its catalogue: Qt asks it anew for every menu and dialog it makes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._catalogue = Catalogue()

    def speak(self, catalogue: Catalogue) -> None:
        """Answer in this language from now on."""
        self._catalogue = catalogue

    def isEmpty(self) -> bool:
        """Qt passes over a translator that is empty."""
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, number: int = -1) -> str | None:
        """What Qt's `source` is called; None where it stands in no table."""
        sentence = QT_SAYS.get(context, {}).get(source)
        return None if sentence is None else self._catalogue.render(sentence)
