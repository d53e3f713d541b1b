"""Generated wishes with known truth, for films (ml-1m) and games (titles alone)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Dataset

__all__ = ["NONSENSE", "Asked", "film_wishes", "free_wishes", "game_truths", "tag_truths"]

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Asked:
    """A wish and the items that have what it is about.

    Attributes:
        text: The words.
        polarity: more, less or no.
        about: What it is about.
        truth: The items that have it, (n_items,).
        kind: tags, fields or text.
    """

    text: str
    polarity: str
    about: str
    truth: Mask
    kind: str


SAY = {
    "more": ("more {}", "I want a lot more {}", "show me {}", "多一点{}", "我想看{}"),
    "less": ("less {}", "fewer {}", "not so much {}", "少一点{}", "减少{}"),
    "no": ("nothing with {}", "no {}", "I don't want any {}", "不要{}", "讨厌{}"),
}
# What people call the tags; the fourth and fifth template of SAY take the Chinese name.
CALLED = {
    "Action": ("action films", "动作片"),
    "Adventure": ("adventure", "冒险片"),
    "Animation": ("animated films", "动画片"),
    "Children's": ("kids movies", "儿童片"),
    "Comedy": ("comedies", "喜剧"),
    "Crime": ("crime", "犯罪片"),
    "Documentary": ("documentaries", "纪录片"),
    "Drama": ("drama", "剧情片"),
    "Fantasy": ("fantasy", "奇幻片"),
    "Film-Noir": ("film noir", "黑色电影"),
    "Horror": ("horror", "恐怖片"),
    "Musical": ("musicals", "歌舞片"),
    "Mystery": ("mysteries", "悬疑片"),
    "Romance": ("romantic films", "爱情片"),
    "Sci-Fi": ("science fiction", "科幻片"),
    "Thriller": ("thrillers", "惊悚片"),
    "War": ("war movies", "战争片"),
    "Western": ("westerns", "西部片"),
}
# In words that neither the tags nor the vocabulary of wishes have.
MEANT = {
    "Action": "explosions and fights",
    "Adventure": "treasure hunts",
    "Children's": "family fun with little ones",
    "Comedy": "jokes that make me laugh",
    "Crime": "gangs and bank robbers",
    "Documentary": "real life reportage",
    "Drama": "serious and sad fates",
    "Fantasy": "magic and dragons",
    "Film-Noir": "dark shadows of the forties",
    "Horror": "ghosts and monsters",
    "Musical": "singing and dancing",
    "Mystery": "murder and its solution",
    "Romance": "people who fall in love",
    "Sci-Fi": "space ships and aliens",
    "Thriller": "nerve-racking tension",
    "War": "soldiers in battle",
    "Western": "gunslingers and saloons",
    "Animation": "drawn characters by Disney",
}
YEARS = (
    ("before {}", "{}年以前的电影", lambda year, at: year < at),
    ("after {}", "{}年以后的电影", lambda year, at: year > at),
    ("from the {}s", "{}年代的电影", lambda year, at: (year >= at) & (year < at + 10)),
)
# Titles of games that are about it; most of them do not hold the words of the wish.
GAMES = {
    "car racing": "nascar|need for speed|gran turismo|forza|burnout|mario kart|formula|f1 |rally|"
    "motorstorm|midnight club|racer|racing|drift|grid|project gotham",
    "american football": "madden|nfl|ncaa football|football",
    "basketball": "nba |nba$|basketball|march madness",
    "wrestling": "wwe|wwf|smackdown|wrestl",
    "singing and dancing": "guitar hero|rock band|just dance|dance|karaoke|singstar|zumba|sing",
    "superheroes": "batman|spider-man|x-men|superman|marvel|avengers|iron man|hulk|hero",
    "world war two": "call of duty|medal of honor|brothers in arms|1942|sniper elite|world war",
    "zombies": "resident evil|left 4 dead|dead rising|dead island|walking dead|house of the dead|"
    "zombi|dying light",
    "exercise and fitness": "wii fit|zumba|active|your shape|fitness|biggest loser|yoga|workout",
    "gamepads": "controller|gamepad|game pad|joystick|dualshock",
    "headphones": "headset|headphone|earbud|earforce|ear force|turtle beach",
    "chargers and batteries": "charg|power|adapter|battery|batteries",
    "protective bags": "case|pouch|cover|skin|sleeve|bag|protector",
    "fishing and hunting": "fishing|hunt|bass|cabela|deer|angler",
    "cooking": "cooking|cook|kitchen|chef|recipe|diner",
    "pirates at sea": "pirate|monkey island|black flag|caribbean",
    "dinosaurs": "dino|jurassic|turok|fossil",
    "pets and horses": "horse|petz|pet|puppy|puppies|nintendogs|dogz|catz|pony|animal",
    "golf": "golf|tiger woods|pga",
    "snowboarding": "snowboard|ssx|ski|amped|shaun white|winter",
    "ninja and samurai": "ninja|samurai|tenchu|shinobi|onimusha|sword",
    "vampires": "vampire|castlevania|dracula|bloodrayne|legacy of kain|twilight",
    "flying airplanes": "flight|ace combat|air combat|hawx|h.a.w.x|pilot|wings|sky",
    "brain puzzles": "puzzle|brain|tetris|bejeweled|sudoku|layton|crossword",
}
NONSENSE = (
    "asdf qwer",
    "zxcv, bnmm!",
    "more fghj wxyz",
    "less qqpp",
    "menos terror, más ciencia ficción",
    "weniger Horror bitte",
    "plus de comédies",
    "больше комедий",
    "ホラーを減らして",
    "<script>alert(1)</script>",
    "<b>more horror</b>",
    "more &lt;horror&gt;",
    "x" * 5000,
    "more horror " * 500,
    "",
    "!!! ??? ...",
    "12 34 56",
    "' OR 1=1 --",
    "__import__('os').system('id')",
    "{{7*7}}",
)


def tag_truths(data: Dataset) -> dict[str, Mask]:
    """The items of each tag."""
    rows = data.item_table.categories
    return {tag: np.array([tag in row for row in rows]) for tag in CALLED}


def game_truths(data: Dataset) -> dict[str, Mask]:
    """The items whose titles are about each subject."""
    titles = [title.casefold() for title in data.item_table.title]
    return {
        about: np.array([bool(re.search(f"\\b(?:{pattern})", title)) for title in titles])
        for about, pattern in GAMES.items()
    }


def film_wishes(data: Dataset, rng: np.random.Generator, count: int) -> list[Asked]:
    """Wishes on tags and on the year, half each, in both languages."""
    truths, years = tag_truths(data), data.item_table.numeric["year"]
    made = []
    for at in range(count):
        polarity = ("more", "less", "no")[at % 3]
        way = int(rng.integers(5))
        if at % 2:
            english, chinese, holds = YEARS[int(rng.integers(3))]
            decade = int(rng.choice([1950, 1960, 1970, 1980, 1990]))
            said = (chinese if way > 2 else english).format(decade)
            truth, about = holds(years, decade), said
        else:
            about = str(rng.choice(list(CALLED)))
            said, truth = CALLED[about][way > 2], truths[about]
        text = SAY[polarity][way].format(said)
        made.append(Asked(text, polarity, about, truth, "fields" if at % 2 else "tags"))
    return made


def free_wishes(
    truths: Mapping[str, Mask], words: Mapping[str, str], rng: np.random.Generator, count: int
) -> list[Asked]:
    """Wishes in free text, in English."""
    names = [*rng.permutation(list(truths))]
    made = []
    for at in range(count):
        about, polarity = names[at % len(names)], ("more", "less", "no")[at % 3]
        text = SAY[polarity][int(rng.integers(3))].format(words[about])
        made.append(Asked(text, polarity, about, truths[about], "text"))
    return made
