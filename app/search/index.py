"""One generation of the index, in a folder of its own. The one module that knows tantivy.

Whatever tantivy throws, Rust's panics included, comes out as IndexFault: the caller then answers from the database and
has the index made anew.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Document, Filter, Occur, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer
from tantivy import Query as Clause

from app.search.entries import Entry
from app.search.query import Query

SCHEMA = 1  # raise it with every change of fields or analysers: the index is then made anew
COLUMNS = frozenset({"privacy", "channel_id", "playable", "blocked"})  # of the access rule, as far as the index knows them
_BOOSTS = {"title": 4.0, "tags": 3.0, "channel": 2.0, "description": 1.0}
_HEAP = 15_000_000  # bytes; tantivy takes no less
_LONGEST = 40  # letters of a word that are looked at


class IndexFault(Exception):
    """The index cannot be read or written. Never shown: the database answers in its place."""


@dataclass(frozen=True)
class Hit:
    id: str
    score: float


def _analyser(*, stemmed: bool) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(_LONGEST)).filter(Filter.lowercase())
    builder = builder.filter(Filter.ascii_fold())
    return (builder.filter(Filter.stemmer("english")) if stemmed else builder).build()


PLAIN, ENGLISH = _analyser(stemmed=False), _analyser(stemmed=True)


def _schema() -> tantivy.Schema:
    builder = SchemaBuilder()
    for name in ("id", "stamp"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("channel_id", "privacy"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("playable", "blocked"):
        builder.add_boolean_field(name, indexed=True)
    for name in _BOOSTS:
        builder.add_text_field(name, tokenizer_name="plain")
        builder.add_text_field(f"{name}_en", tokenizer_name="english", index_option="freq")
    return builder.build()


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit, IndexFault):
        raise
    except BaseException as error:  # pyo3's PanicException is no Exception
        raise IndexFault(f"{type(error).__name__}: {error}") from error


class Index:
    """Reads from any thread; writes from one at a time."""

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        self.folder = folder
        self._writing = threading.Lock()
        with _faults():
            if fresh:
                folder.mkdir(parents=True)
            self._schema = _schema()
            self._index = tantivy.Index(self._schema, path=str(folder), reuse=not fresh)
            self._index.register_tokenizer("plain", PLAIN)
            self._index.register_tokenizer("english", ENGLISH)

    def put(self, entries: Iterable[Entry], *, gone: Iterable[str] = ()) -> None:
        """Make these findable as they are now, and those not at all: one commit, on disk when this returns."""
        with _faults(), self._writing:
            writer = self._index.writer(_HEAP, 1)
            try:
                for video_id in gone:
                    writer.delete_documents_by_term("id", video_id)
                for entry in entries:
                    writer.delete_documents_by_term("id", entry.id)
                    writer.add_document(_document(entry))
                writer.commit()
            finally:
                writer.wait_merging_threads()  # also lets go of tantivy's lock
            self._index.reload()

    def find(self, query: Query, allowed: Sequence[Mapping[str, frozenset[Any]]], limit: int) -> list[Hit]:
        """Best first. `allowed` is the superset of the access rule for COLUMNS; the hits must still pass its SQL."""
        if query.empty or not allowed:
            return []
        with _faults():
            searcher = self._index.searcher()
            wanted = Clause.boolean_query([(Occur.Must, self._wanted(query)), (Occur.Must, self._allowed(allowed))])
            found = searcher.search(wanted, limit=limit, count=False).hits
            hits = [Hit(searcher.doc(address)["id"][0], score) for score, address in found]
        newest_first = sorted(hits, key=lambda hit: hit.id, reverse=True)
        return sorted(newest_first, key=lambda hit: -round(hit.score, 3))

    def stamps(self) -> dict[str, str]:
        """Every id with its stamp: to be compared with the database."""
        with _faults():
            searcher = self._index.searcher()
            if not searcher.num_docs:
                return {}
            hits = searcher.search(Clause.all_query(), limit=searcher.num_docs, count=False).hits
            documents = (searcher.doc(address) for _, address in hits)
            return {document["id"][0]: document["stamp"][0] for document in documents}

    def _wanted(self, query: Query) -> Clause:
        parts = [self._phrase(phrase) for phrase in query.phrases]
        for number, word in enumerate(query.words):
            parts.append(self._word(word, open_ended=query.open_ended and number == len(query.words) - 1))
        return Clause.boolean_query([(Occur.Must, part) for part in parts])

    def _word(self, word: str, *, open_ended: bool) -> Clause:
        """As written, by its stem, nearly so, and for the last word also what begins so. Each less than the one before."""
        tokens = PLAIN.analyze(word)
        if len(tokens) != 1:  # it's, 24/12, C++
            return self._phrase(word)
        token, stem = tokens[0], "".join(ENGLISH.analyze(word))
        found = []
        for field, boost in _BOOSTS.items():
            found.append(Clause.boost_query(Clause.term_query(self._schema, field, token), boost))
            found.append(Clause.boost_query(Clause.term_query(self._schema, f"{field}_en", stem, "freq"), boost * 0.8))
            if open_ended and len(token) > 1:
                begins = Clause.fuzzy_term_query(self._schema, field, token, 0, prefix=True)
                found.append(Clause.const_score_query(begins, boost * 0.5))
            if slips := slips_allowed(token):
                near = Clause.fuzzy_term_query(self._schema, field, token, slips)
                found.append(Clause.const_score_query(near, boost * 0.2))
        return Clause.disjunction_max_query(found, 0.1)

    def _phrase(self, text: str) -> Clause:
        tokens = PLAIN.analyze(text)
        if not tokens:
            return Clause.empty_query()
        if len(tokens) == 1:
            return Clause.disjunction_max_query(
                [Clause.boost_query(Clause.term_query(self._schema, field, tokens[0]), boost) for field, boost in _BOOSTS.items()]
            )
        return Clause.disjunction_max_query(
            [Clause.boost_query(Clause.phrase_query(self._schema, field, list(tokens)), boost) for field, boost in _BOOSTS.items()]
        )

    def _allowed(self, alternatives: Sequence[Mapping[str, frozenset[Any]]]) -> Clause:
        return Clause.const_score_query(Clause.boolean_query([(Occur.Should, self._alternative(each)) for each in alternatives]), 0.0)

    def _alternative(self, columns: Mapping[str, frozenset[Any]]) -> Clause:
        if not columns:
            return Clause.all_query()
        sets = [Clause.term_set_query(self._schema, column, sorted(values)) for column, values in columns.items()]
        return Clause.boolean_query([(Occur.Must, each) for each in sets])


def slips_allowed(token: str) -> int:
    """How many letters may be wrong, missing or swapped: none in short words, where everything is near everything."""
    return 0 if len(token) < 4 or len(token) > 30 or token.isdigit() else 1 if len(token) < 8 else 2


def _document(entry: Entry) -> Document:
    texts = {"title": entry.title, "tags": entry.tags, "channel": entry.channel, "description": entry.description}
    return Document(
        id=entry.id,
        stamp=entry.stamp,
        channel_id=entry.channel_id,
        privacy=entry.privacy,
        playable=entry.playable,
        blocked=entry.blocked,
        **texts,
        **{f"{name}_en": text for name, text in texts.items()},
    )
