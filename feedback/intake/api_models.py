"""What the JSON API takes and gives, as models that also make its OpenAPI description.

pydantic checks types and shapes; what the call allows is checked by the same rules as for the form.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from feedback.intake.models import AgeBand, Kind, Relation
from feedback.intake.rules import LONGEST_BODY, LONGEST_EMAIL, LONGEST_NAME, LONGEST_TITLE

LONGEST_ID = 100
BATCH_AT_MOST = 500
#: The form is for citizens' own hands; another system tells how a voice reached it.
ApiChannel = Literal["api", "paper", "email", "phone", "sns", "counter", "meeting"]


class _Taken(BaseModel):
    """What is taken in: a field nobody knows is an error, not something to lose silently."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class _Given(BaseModel):
    """What is given out."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class ContactIn(_Taken):
    """Where to send a reply; stored encrypted, apart from the opinion."""

    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    email: Annotated[str, Field(max_length=LONGEST_EMAIL)] = ""


class OpinionIn(_Taken):
    """One opinion（意見）, as another system sends it."""

    external_id: Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]
    """The sender's own id. The same id sent again gives the same receipt, never a second one."""
    body: Annotated[str, Field(min_length=1, max_length=LONGEST_BODY * 2)]
    """The citizen's words, unchanged."""
    title: Annotated[str, Field(max_length=LONGEST_TITLE * 2)] = ""
    initiative: str = "other"
    """The slug of an initiative（取組）of the call."""
    kind: Kind = Kind.REQUEST
    channel: ApiChannel = "api"
    """The way the voice came（受付経路）."""
    received_at: AwareDatetime | None = None
    """When the citizen spoke; the moment of the request when left out."""
    municipality: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    """JIS X 0402 with its check digit."""
    age_band: AgeBand | None = None
    relation: Relation | None = None
    consents_to_publish: bool = False
    """Whether the citizen agreed that their words may be quoted, without their name."""
    language: str = "ja"
    contact: ContactIn | None = None


class BatchIn(_Taken):
    """Several opinions; each is stored or refused by itself."""

    items: Annotated[list[OpinionIn], Field(min_length=1, max_length=BATCH_AT_MOST)]


class ProblemOut(_Given):
    """What is wrong with one field."""

    field: str
    code: str
    message: str


class StoredOut(_Given):
    """A stored opinion."""

    external_id: str
    receipt_number: str
    """The number under which the citizen sees what became of it."""
    status_url: str
    received_at: datetime
    repeated: bool
    """Whether it was stored by an earlier request already."""


class RefusedOut(_Given):
    """An opinion that was not stored."""

    external_id: str
    problems: list[ProblemOut]


class BatchOut(_Given):
    """What became of each opinion of a batch."""

    stored: list[StoredOut]
    refused: list[RefusedOut]


class ChoiceOut(_Given):
    """A value and its Japanese words."""

    value: str
    label: str


class CallOut(_Given):
    """A call（意見募集）that takes opinions now, and what may be chosen."""

    slug: str
    title: str
    closes_at: datetime | None
    initiatives: list[ChoiceOut]
    kinds: list[ChoiceOut]
    age_bands: list[ChoiceOut]
    relations: list[ChoiceOut]
    channels: list[ChoiceOut]


class CallsOut(_Given):
    """The calls that take opinions now."""

    calls: list[CallOut]


class ErrorOut(_Given):
    """An error, as RFC 9457 (Problem Details) writes it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    problems: list[ProblemOut] = []
