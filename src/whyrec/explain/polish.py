"""Let a language model reword sentences without changing their facts.

An OpenAI-compatible endpoint or a local model receives the sentences, with numbered marks in place
of every title and phrase, and the forms that the parser can read. Its answer is shown only if, with
the marks filled in again, it parses to exactly the claims of the explanation; otherwise the
template text is kept. No item text reaches the model, so none can instruct it. Refusals are counted
by reason.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from whyrec.core import ArgumentError, MissingExtra
from whyrec.explain.phrases import LANGUAGES, PHRASE_QUOTES, TEXTS
from whyrec.explain.words import parse

__all__ = ["LocalModel", "Polisher"]

LONGEST = 20_000  # bytes read of an answer
MARK = re.compile(r"\[\[(\d+)\]\]")


@dataclass
class Polisher:
    """Rewords texts by a language model and refuses any answer that changes the claims.

    Attributes:
        url: URL of an OpenAI-compatible endpoint, without /chat/completions.
        model: Name of the model at the endpoint.
        key: Bearer token, if the endpoint needs one.
        timeout: Seconds.
        speaker: Function (instruction, text) -> answer, used instead of the endpoint.
        counts: Number of texts shown, and of refusals by reason.
    """

    url: str = ""
    model: str = "default"
    key: str | None = None
    timeout: float = 10.0
    speaker: Callable[[str, str], str] | None = None
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if self.speaker is None and not re.match(r"https?://", self.url):
            raise ArgumentError(
                "the endpoint must be an http or https address", given=repr(self.url)
            )

    def __call__(self, text: str, lang: str = "en") -> str:
        """Return the reworded text, or the text itself if the answer says anything else.

        Args:
            text: Sentences of :func:`whyrec.explain.say`.
            lang: Language of the text, "en" or "zh".

        Returns:
            A text with the same claims.
        """
        wanted = parse(text, lang)
        marked, parts = _marked(text, lang)
        try:
            answer = self._ask(marked, lang)
        except (OSError, ValueError, KeyError, IndexError, TypeError, urllib.error.URLError):
            return self._refused("no answer", text)
        if sorted(map(int, MARK.findall(answer))) != list(range(len(parts))):
            return self._refused("marks lost or added", text)
        filled = MARK.sub(lambda found: parts[int(found[1])], answer.strip())
        try:
            same = parse(filled, lang, variants=True) == wanted
        except ArgumentError:
            return self._refused("cannot be read", text)
        if not same:
            return self._refused("says something else", text)
        self.counts["shown"] += 1
        return filled

    @property
    def refused(self) -> float:
        """Share of the requested texts that were refused."""
        total = sum(self.counts.values())
        if total:
            return 1 - self.counts["shown"] / total
        return 0.0

    def _refused(self, why: str, text: str) -> str:
        self.counts[why] += 1
        return text

    def _ask(self, marked: str, lang: str) -> str:
        language = LANGUAGES[lang]
        forms = [
            *language.sentences.values(),
            *(one for more in language.variants.values() for one in more),
        ]
        asked = TEXTS.say("polish-ask", lang, forms="\n".join(forms))
        if self.speaker is not None:
            return self.speaker(asked, marked)
        body: dict[str, Any] = {
            "model": self.model,
            "temperature": 0.7,
            "messages": [{"role": "system", "content": asked}, {"role": "user", "content": marked}],
        }
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self.key}"} if self.key else {}
        )
        request = urllib.request.Request(
            self.url.rstrip("/") + "/chat/completions", json.dumps(body).encode(), headers
        )
        with urllib.request.urlopen(request, timeout=self.timeout) as answer:
            found = json.loads(answer.read(LONGEST))
        return str(found["choices"][0]["message"]["content"])


class LocalModel:
    """A speaker that runs a generative Hugging Face model from a folder, without network access.

    Args:
        folder: Folder with the model and its tokenizer, as save_pretrained writes them.
        most: Largest number of new tokens; decoding is greedy.

    Raises:
        ArgumentError: If the folder holds no such model.
    """

    def __init__(self, folder: str, most: int = 400) -> None:
        try:
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ImportError:
            raise MissingExtra("transformers", "text") from None
        try:
            self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self.network = AutoModelForCausalLM.from_pretrained(
                folder, local_files_only=True
            ).eval()
        except (OSError, ValueError, KeyError) as error:
            raise ArgumentError(
                "the folder must hold a generative language model and its tokenizer, as "
                "save_pretrained "
                "writes them",
                given=f"{folder}: {str(error)[:200]}",
            ) from None
        self.most = most

    def __call__(self, asked: str, text: str) -> str:
        chat = [{"role": "system", "content": asked}, {"role": "user", "content": text}]
        if self.tokenizer.chat_template:
            prompt = self.tokenizer.apply_chat_template(
                chat, tokenize=False, add_generation_prompt=True
            )
        else:
            prompt = f"{asked}\n\n{text}\n\n"
        ids = self.tokenizer(prompt, return_tensors="pt").input_ids
        places = getattr(self.network.config, "max_position_embeddings", 0)  # not of every kind
        room = int(places or 10**6) - self.most
        if room < 1 or ids.shape[1] > room:
            raise ValueError("the text is longer than the model reads")
        out = self.network.generate(
            ids,
            max_new_tokens=self.most,
            do_sample=False,
            pad_token_id=self.tokenizer.eos_token_id or 0,
        )
        return str(self.tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True))


def _marked(text: str, lang: str) -> tuple[str, list[str]]:
    """Replace each quotation by [[0]], [[1]], ...; returns the text and the quotations."""
    parts: list[str] = []
    pairs = {LANGUAGES[lang].quotes, LANGUAGES[lang].plain_quotes, PHRASE_QUOTES}
    pattern = "|".join(
        f"{a}(?:[^{b}]|{b}{b})*{b}(?!{b})"
        for a, b in (map(re.escape, pair) for pair in sorted(pairs))
    )

    def mark(found: re.Match[str]) -> str:
        parts.append(found[0])
        return f"[[{len(parts) - 1}]]"

    return re.sub(pattern, mark, text), parts
