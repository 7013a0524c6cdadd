"""Names of many scripts are read in Latin letters, with the readings that one form would lose."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from borderdesk.ids import ListName
from borderdesk.matching import Meeting, PersonIndex, PersonQuery, compare
from borderdesk.matching.parts import MOST_PARTS, Role, ways_to_read
from borderdesk.matching.scripts import readings
from borderdesk.matching.sounds import fold
from borderdesk.policy import DEFAULT
from tests.matching.people import crowd, listed

# Well-known names as the UN consolidated list, governments and the press write them.
SAME_PEOPLE = [
    ("Vladimir Zelensky", "Володимир Зеленський"),
    ("Aliaksandr Lukashenka", "Александр Лукашенко"),
    ("Aleksandar Vucic", "Александар Вучић"),
    ("QUSAY SADDAM HUSSEIN AL-TIKRITI", "قصي صدام حسين التكريتي"),
    ("Sirajuddin Haqqani", "سراج الدين حقاني"),
    ("MOHAMMAD YAQOUB", "محمد يعقوب"),
    ("ABDUL GHAFAR SHINWARI", "عبدالغفار شینواری"),
    ("Mahmoud Ahmadinejad", "محمود احمدی نژاد"),
    ("BNYAMYN NTNYAHW", "בנימין נתניהו"),
    ("Benjamin Netanyahu", "בנימין נתניהו"),
    ("Xi Jinping", "习近平"),
    ("JINPING XI", "習近平"),
    ("Shinzo Abe", "安倍晋三"),
    ("Kim Jong Un", "김정은"),
    ("Mikheil Saakashvili", "მიხეილ სააკაშვილი"),
    ("Nikol Pashinyan", "Նիկոլ Փաշինյան"),
    ("Alexis Tsipras", "Αλέξης Τσίπρας"),
    ("Prayut Chanocha", "ประยุทธ์ จันทร์โอชา"),
    ("THAKSIN SHINAWATRA", "ทักษิณ ชินวัตร"),
    ("YINGLUCK SHINAWATRA", "ยิ่งลักษณ์ ชินวัตร"),
    ("SOMCHAI WONGSAWAT", "สมชาย วงศ์สวัสดิ์"),
    ("SRETTHA THAVISIN", "เศรษฐา ทวีสิน"),
    ("CHUAN LEEKPAI", "ชวน หลีกภัย"),
    ("ANUTIN CHARNVIRAKUL", "อนุทิน ชาญวีรกูล"),
    ("THONGLOUN SISOULITH", "ທອງລຸນ ສີສຸລິດ"),
    ("CHOUMMALY SAYASONE", "ຈູມມະລີ ໄຊຍະສອນ"),
    ("SONEXAY SIPHANDONE", "ສອນໄຊ ສີພັນດອນ"),
    ("HUN SEN", "ហ៊ុន សែន"),
    ("NORODOM SIHAMONI", "នរោត្តម សីហមុនី"),
    ("KEM SOKHA", "កឹម សុខា"),
    ("HUYDO NGUYEN", "Nguyễn Huy Đô"),
    ("KOVALEV MIKHAIL", "Mikhail KAVALIOU"),
    ("Nguyen Van Duc", "Nguyễn Văn Đức"),
    ("MUELLER JUERGEN", "Jürgen Müller"),
    ("ABDUL KARIM", "अब्दुल करीम"),
]

# As Iranian papers and the lists write them: z and d for one letter, h beside letters it makes no sound with.
SAME_NAMES_IN_PERSIAN = [
    ("KASHKOULI Morteza", "کشکولی مرتضی"),
    ("REYHANI Bahman", "بهمن ریحانی"),
    ("HEYDARNIA Alireza", "علیرضا حیدرنیا"),
    ("Mohammad-Reza TAVAKOLI", "محمدرضا توکلی"),
    ("KAAMFAR Behdad", "کامفر بهداد"),
    ("AZARPENDAR Abbas", "آذرپندار عباس"),
    ("HARIKANDI Hossein Fazeli", "هریکندی فاضلی حسین"),
    ("Mohsen FATHIZADEH", "محسن فتحی زاده"),
]


@pytest.mark.parametrize(("latin", "written"), SAME_PEOPLE)
def test_a_name_in_another_script_with_the_same_birth_date_is_found(latin: str, written: str) -> None:
    query = PersonQuery(full=latin, birth=listed("", "1961-07-25").births[0])
    scored = compare(query, listed(written, "1961-07-25"))
    assert scored.score >= DEFAULT.look_again_score, scored


@pytest.mark.parametrize(("latin", "written"), SAME_NAMES_IN_PERSIAN)
def test_a_persian_name_meets_its_usual_spelling_part_by_part_without_a_birth_date(latin: str, written: str) -> None:
    scored = compare(PersonQuery(full=latin), listed(written))
    assert {part.how for part in scored.explanation.parts} == {Meeting.SCRIPT}, scored
    index = PersonIndex()
    index.put_all(ListName("un-sc"), 1, [*crowd(200), listed(written, key="wanted")])
    assert index.search(PersonQuery(full=latin), limit=1, at_least=0.5)[0].record.key == "wanted"


def test_icao_arabic_code_is_read_as_the_consonants_it_stands_for() -> None:
    scored = compare(
        PersonQuery(full="ABW<BKR<MXHMD<BN<ZKRYA<ALRAZY"), listed("Abu Bakr Muhammad bin Zakariya al-Razi")
    )
    assert scored.score >= 0.85, "consonants alone, without a birth date"


def test_a_letter_that_states_write_in_two_ways_has_two_readings() -> None:
    assert {reading.latin for reading in readings("Müller")} == {"muller", "mueller"}
    assert len(readings("Григорий")) == 2, "Russian g and Ukrainian h"


def test_a_surname_character_is_read_as_surnames_are() -> None:
    ((surname, *_), *_) = ways_to_read("曾荫权")
    assert surname.readings[0].latin == "zeng"
    assert surname.surname


def test_two_scripts_in_one_entry_are_two_names() -> None:
    assert len(ways_to_read("Akrin Saleh (أقرين صالح)")) == 2
    assert len(ways_to_read("Li Van Chol, Ли Ван Чоль")) == 2


@pytest.mark.parametrize("name", ["SHKADAREVICH, Alexey", "Dragan JOVANOVIC", "Alexey Shkadarevich"])
def test_a_surname_that_ends_as_a_fathers_name_is_a_surname(name: str) -> None:
    (way,) = ways_to_read(name)
    assert [part.role for part in way] == [Role.NAME, Role.NAME]


def test_parts_have_roles() -> None:
    (way,) = ways_to_read("Dr. Ivan PETROV Sergeyevich al-Din J")
    roles = {part.text: part.role for part in way}
    assert roles["Dr"] is Role.TITLE
    assert roles["Sergeyevich"] is Role.PATRONYMIC
    assert roles["al"] is Role.PARTICLE
    assert roles["J"] is Role.INITIAL
    assert [part.text for part in way if part.surname] == ["PETROV"]


@example("À𝐴")
@given(st.text(max_size=80))
@settings(max_examples=150)
def test_any_text_is_read_as_a_bounded_number_of_plain_latin_parts(text: str) -> None:
    for way in ways_to_read(text):
        assert 0 < len(way) <= MOST_PARTS
        for part in way:
            assert part.readings
            for reading in part.readings:
                assert reading.latin == "" or (reading.latin.isascii() and reading.latin.islower())


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшыэюя", min_size=2, max_size=12))
@settings(max_examples=60)
def test_a_cyrillic_word_and_its_own_reading_are_one(word: str) -> None:
    first = readings(word)[0].latin
    if len(first) > 1:
        again = compare(PersonQuery(full=first), listed(word))
        other = compare(PersonQuery(full="qqqqq"), listed(word))
        assert again.score > other.score


@given(st.text(alphabet=st.characters(min_codepoint=0xC0, max_codepoint=0x24F), max_size=12))
@settings(max_examples=100)
def test_composed_and_decomposed_letters_are_read_alike(word: str) -> None:
    assert [r.latin for r in readings(unicodedata.normalize("NFC", word))] == [
        r.latin for r in readings(unicodedata.normalize("NFD", word))
    ]


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=20))
@settings(max_examples=100)
def test_folding_is_not_thrown_by_any_spelling(word: str) -> None:
    assert len(fold(word)) <= 2 * len(word)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("สมชาย", "somchai"),
        ("วงศ์สวัสดิ์", "wongsawat"),
        ("ชาญยุทธ", "chanyut"),
        ("อนุวัตร", "anuwat"),
        ("จันทร์เพ็ญ", "chanpen"),
        ("หลีกภัย", "likpai"),
        ("ชวน", "chuan"),
        ("ศุภาพร", "supapon"),
        ("ວໍລະຈິດ", "volachid"),
    ],
)
def test_thai_and_lao_are_read_by_their_syllables(written: str, spoken: str) -> None:
    assert readings(written)[0].latin == spoken


@given(st.text(alphabet=[chr(code) for code in range(0x0E01, 0x0EDF)], max_size=40))
@settings(max_examples=100)
def test_any_thai_or_lao_letters_are_read_as_something_plain(word: str) -> None:
    for reading in readings(word):
        assert reading.latin == "" or (reading.latin.isascii() and reading.latin.isalpha())
        assert len(reading.latin) <= 6 * len(word)
