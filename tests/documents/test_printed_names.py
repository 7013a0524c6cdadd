"""A printed name is recognised in the zone in every spelling ICAO allows, and in no other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.documents import compare_names
from borderdesk.documents.names import first_spelling, from_x_code

SAME = [
    ("Müller", "Jürgen", "MUELLER<<JUERGEN", 39),
    ("Müller", "Jürgen", "MULLER<<JURGEN", 39),
    ("Müller", "Jürgen", "MUXXLLER<<JUXXRGEN<<<<<<<<<<<<<", 39),
    ("Núñez", "Íñigo", "NUNXXEZ<<INIGO", 31),
    ("Østergård", "Åse", "OESTERGAARD<<AASE", 30),
    ("Þórsson", "Ægir", "THORSSON<<AEGIR", 39),
    ("Nguyễn", "Thị Ánh", "NGUYEN<<THI<ANH", 39),
    ("Ștefănescu", "Ioan", "STEFANESCU<<IOAN", 39),
    ("Əliyev", "Elçin", "ALIYEV<<ELCIN", 39),
    ("İmamoğlu", "Işık", "IMAMOGLU<<ISIK", 39),
    ("Groß", "Dr. Anna", "GROSS<<ANNA", 39),
    ("D'Artagnan", "Jean-Luc", "DARTAGNAN<<JEAN<LUC", 39),
    ("Иванов", "Пётр", "IVANOV<<PETR", 39),
    ("Згурський", "Юрій", "ZGHURSKYI<<YURII", 39),
    ("Щербаков", "Христо", "SHTERBAKOV<<HRISTO", 39),
    ("Ђорђевић", "Жељко", "DJORDJEVIC<<ZELJKO", 39),
    ("Παπαδοπούλου", "Μαρία", "PAPADOPOULOU<<MARIA", 39),
    ("Васильев", "Илья", "VASIL9EV<<IL98", 39),
    ("ابو بكر محمد بن زكريا الرازي", "", "ABW<BKR<MXHMD<BN<ZKRYA<ALRAZY", 39),
    ("فاطمة", "", "FAXTTMXAH", 39),
    ("عبدالله", "", "EBDALLXH", 39),
    ("Gamal Abdel Nasser", "", "JMAL<EBD<ALNAXSSR", 39),
    ("Isma'il Izz-ud-din", "", "ISMAEYL<EZZ<ALDYN", 39),
    ("Jamillah Na'ima", "", "JMYLXAH<NEYMXAH", 39),
    ("Abdul Aziz bin Mithab", "", "EBD<ALEZYZ<BN<MTEB", 39),
    ("Hari Al-Schamma", "", "HARY<ALXSHMAE", 39),
    ("al-'Abbās 'Abdu'llāh ibn Muhammad as-Saffāh", "", "ALEBAS<EBD<ALLXH<BN<MXHMD<ALSFAXH", 39),
    ("عبّاس", "", "EBBAS", 39),
    ("عبّاس", "", "EBAS", 39),
    ("فضة", "", "FXDZXAH", 39),
    ("Мария", "", "MARIA", 39),
    ("محمد", "", "MOHAMMED", 39),
    ("Mohammed", "", "MXHMD", 39),
    ("", "Ahmadi", "<<AHMADI", 39),
    ("Ahmadi", "", "AHMADI", 39),
    ("Nilavadhanananda", "Chayapa Dejthamrong Krasuang", "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", 39),
    ("Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo", "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI", 39),
    ("Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo", "BENNELONG<WOOLOO<WARRAN<WARNAM<<DINGO<P", 39),
]
OTHER = [
    ("Smith", "John", "SMITH<<JOAN", 39),
    ("Smith", "John", "JOHN<<SMITH", 39),
    ("Smith", "John Paul", "SMITH<<JOHN", 39),
    ("Smith", "Johnathan", "SMITH<<JOHN", 39),
    ("Müller", "Jürgen", "MILLER<<JUERGEN", 39),
    ("Иванов", "Пётр", "IVANOV<<PAVEL", 39),
    ("محمد", "", "AHMED", 39),
    ("Gamal Abdel Nasser", "", "JMAL<EBD<ALNAXSSM", 39),
    ("Webb", "Peter", "WEBB<<PATER", 39),
    ("Smith", "John", "SMYTH<<JAHN", 39),
    ("Nilavadhanananda", "Chayapa Dejthamrong Krasuang", "NILAVADHANANANDA<<ARNPOL<DEJTHAMRONG<K", 39),
    ("Smith", "John", "", 39),
    ("", "", "SMITH", 39),
]


@pytest.mark.parametrize(("surname", "first", "zone", "length"), SAME)
def test_the_same_name_is_recognised(surname: str, first: str, zone: str, length: int) -> None:
    assert compare_names(surname, first, zone, length).match


@pytest.mark.parametrize(("surname", "first", "zone", "length"), OTHER)
def test_another_name_is_told_and_explained(surname: str, first: str, zone: str, length: int) -> None:
    found = compare_names(surname, first, zone, length)
    assert not found.match
    assert str(found.why)


LETTERS = st.sampled_from("AÄÅÖÜÑßØÞéşЖЩЮЯїЄG")


@settings(max_examples=150, deadline=None)
@given(st.text(LETTERS, min_size=1, max_size=8), st.text(LETTERS, min_size=1, max_size=8))
def test_the_first_spelling_is_always_the_same_name(surname: str, first: str) -> None:
    zone = f"{first_spelling(surname)}<<{first_spelling(first)}"
    assert compare_names(surname, first, zone, 60).match


def test_the_code_for_arabic_is_read_back() -> None:
    assert from_x_code("MXHMD<BN") == "محمد بن"
    assert from_x_code("O'NEIL") is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.integers(-3, 60))
def test_any_text_is_compared(surname: str, first: str, zone: str, length: int) -> None:
    assert compare_names(surname, first, zone, length).why is not None
