"""Asks the officer for a file or a folder, in a dialog that speaks the window's language and changes nothing.

Not the platform's own dialog: it would speak the language of the computer, and lets files be renamed and deleted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, QIdentityProxyModel, QLocale, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QFileSystemModel,
    QHeaderView,
    QProxyStyle,
    QSplitter,
    QStyledItemDelegate,
    QTreeView,
    QWidget,
)

from ui.desktop.amounts import size

PDF: Final = "PDF (*.pdf)"

_SIZE, _KIND, _CHANGED = 1, 2, 3
"""Columns of Qt's model of files."""

PLACES: Final = 180
"""Pixels for the places of the computer beside the files."""

_TEXT: Final = int(Qt.ItemDataRole.DisplayRole)


def choose_file(parent: QWidget, title: str, folder: Path | None = None, *, kinds: str = "") -> Path | None:
    """A file that is there; None where the officer thought better of it. `kinds` as Qt writes filters."""
    asked = file_dialog(parent, title, str(folder or QDir.homePath()))
    asked.setFileMode(QFileDialog.FileMode.ExistingFile)
    if kinds:
        asked.setNameFilter(kinds)
    return _answer(asked)


def choose_folder(parent: QWidget, title: str, folder: Path) -> Path | None:
    """A folder, such as that of a stick; None where the officer thought better of it."""
    asked = file_dialog(parent, title, str(folder))
    asked.setFileMode(QFileDialog.FileMode.Directory)
    asked.setOption(QFileDialog.Option.ShowDirsOnly)
    return _answer(asked)


def choose_pdf(parent: QWidget, title: str, name: str) -> Path | None:
    """Where a PDF is to be written, `name` proposed; None where the officer thought better of it."""
    asked = _to_write(parent, title, name)
    asked.setNameFilter(PDF)
    asked.setDefaultSuffix("pdf")
    return _answer(asked)


def choose_new(parent: QWidget, title: str, name: str) -> Path | None:
    """Where something is to be written that never replaces a file: nobody is asked whether it may."""
    asked = _to_write(parent, title, name)
    asked.setOption(QFileDialog.Option.DontConfirmOverwrite)
    return _answer(asked)


class FileColumns(QIdentityProxyModel):
    """Qt's model of files, with sizes in one unit and ISO dates: Qt would follow the computer's language."""

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = _TEXT) -> object:
        """As Qt's, but for the texts of size and date."""
        model = self.sourceModel()
        if role == _TEXT and index.column() in (_SIZE, _CHANGED) and isinstance(model, QFileSystemModel):
            file = self.mapToSource(index)
            if index.column() == _CHANGED:
                return model.lastModified(file).toString("yyyy-MM-dd HH:mm")
            return "" if model.isDir(file) else size(model.size(file))
        return super().data(index, role)


class OwnDirection(QStyledItemDelegate):
    """Shows names, sizes and dates each in its own direction, so that no dot or line changes its end in Arabic.

    Not the model: the dialog takes the names of files from its texts.
    """

    def displayText(self, value: object, locale: QLocale | QLocale.Language) -> str:
        """The text as Qt writes it, isolated from the direction of the window."""
        return _isolated(super().displayText(value, locale))


class OwnDirectionStyle(QProxyStyle):
    """Draws the choice of a box that belongs to Qt as `OwnDirection` draws a row: there no delegate is asked."""

    def drawItemText(
        self,
        painter: QPainter,
        rect: QRect,
        flags: int,
        pal: QPalette,
        enabled: bool,
        text: str,
        textRole: QPalette.ColorRole = QPalette.ColorRole.NoRole,
    ) -> None:
        """The text, isolated from the direction of the window."""
        super().drawItemText(painter, rect, flags, pal, enabled, _isolated(text), textRole)


def _isolated(text: str) -> str:
    """In its own direction (Unicode UAX #9, 2.4.2)."""
    return f"\u2068{text}\u2069"


def _to_write(parent: QWidget, title: str, name: str) -> QFileDialog:
    asked = file_dialog(parent, title, QDir.homePath())
    asked.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    asked.setFileMode(QFileDialog.FileMode.AnyFile)
    asked.selectFile(name)
    return asked


def file_dialog(parent: QWidget, title: str, folder: str) -> QFileDialog:
    """The dialog all of them ask with."""
    asked = QFileDialog(parent, title, folder)
    asked.setOption(QFileDialog.Option.DontUseNativeDialog)
    asked.setOption(QFileDialog.Option.ReadOnly)
    asked.setOption(QFileDialog.Option.DontUseCustomDirectoryIcons)
    asked.setProxyModel(FileColumns(asked))
    asked.setViewMode(QFileDialog.ViewMode.Detail)
    asked.resize(900, 560)
    for way in asked.findChildren(QComboBox, "lookInCombo"):
        # Paths run left to right in every language: their first stroke stood at the end.
        way.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        way.setItemDelegate(OwnDirection(way))
        drawn = OwnDirectionStyle()
        drawn.setParent(asked)
        way.setStyle(drawn)
    for view in asked.findChildren(QAbstractItemView):
        # Its menu renames and deletes.
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        if isinstance(view, QTreeView):
            view.setItemDelegate(OwnDirection(view))
            # What kind of file it is would be said in the computer's language; its name tells.
            view.setColumnHidden(_KIND, True)
            head = view.header()
            head.setStretchLastSection(False)
            head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for parted in asked.findChildren(QSplitter):
        parted.setSizes([PLACES, asked.width() - PLACES])
    return asked


def _answer(asked: QFileDialog) -> Path | None:
    done = asked.exec()
    chosen = asked.selectedFiles()
    asked.deleteLater()
    return Path(chosen[0]) if done and chosen else None
