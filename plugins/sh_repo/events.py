"""What happens to a repo contract. Both sides' accounts stand in every event, so that both can be told."""

from __future__ import annotations

from datetime import date

from sh_repo.contract import Agreed, Reference
from tanpan.messages import Event

# --- filing and the initial trade ---------------------------------------------------------------------


class ContractFiled(Event, frozen=True, tag="sh_repo.contract_filed"):
    """The exchange approved what both parties filed; the contract waits for its initial day."""

    contract: str
    application: int
    seller: str
    buyer: str
    agreed: Agreed


class ResultTold(Event, frozen=True, tag="sh_repo.result_told"):
    """Both parties were told of the review's result, outside the system, on this day."""

    contract: str
    seller: str
    buyer: str
    told_on: date


class InitialSubmitted(Event, frozen=True, tag="sh_repo.initial_submitted"):
    """The seller submitted the initial trade: its units are frozen; what will be pledged of each row is fixed."""

    contract: str
    seller: str
    buyer: str
    pledging: list[int]
    reference: Reference | None


class InitialWithdrawn(Event, frozen=True, tag="sh_repo.initial_withdrawn"):
    """The seller withdrew what it had submitted; its units are released."""

    contract: str
    seller: str
    buyer: str


class InitialConfirmed(Event, frozen=True, tag="sh_repo.initial_confirmed"):
    """The buyer confirmed, and left a mobile number (a token); its cash is frozen, `fee_fen` of it for its fee."""

    contract: str
    seller: str
    buyer: str
    mobile: str
    frozen_fen: int
    fee_fen: int


class InitialDeclined(Event, frozen=True, tag="sh_repo.initial_declined"):
    """The buyer declined what the seller had submitted; the units are released."""

    contract: str
    seller: str
    buyer: str
    reason: str


class InitialRefused(Event, frozen=True, tag="sh_repo.initial_refused"):
    """The exchange refused a confirmed initial trade; all is released, the seller may submit again."""

    contract: str
    seller: str
    buyer: str
    reason: str


class InitialExpired(Event, frozen=True, tag="sh_repo.initial_expired"):
    """The initial trade was not completed by the close of its day; all is released, a new filing is needed."""

    contract: str
    seller: str
    buyer: str


class InitialCompleted(Event, frozen=True, tag="sh_repo.initial_completed"):
    """The exchange completed the initial trade; what was frozen for it goes into the trades that follow."""

    contract: str
    seller: str
    buyer: str
    due: date


class MeasuresSet(Event, frozen=True, tag="sh_repo.measures_set"):
    """The agreed measures stand: tonnes of each row pledged in the buyer's account, margin in the seller's."""

    contract: str
    seller: str
    buyer: str
    pledged_tonnes: list[int]
    margin_fen: int


# --- the repurchase -----------------------------------------------------------------------------------


class RepurchaseSubmitted(Event, frozen=True, tag="sh_repo.repurchase_submitted"):
    """A side submitted the repurchase; the cash or the units it needs are frozen."""

    contract: str
    seller: str
    buyer: str
    by: str
    frozen_fen: int
    frozen_tonnes: list[int]


class RepurchaseWithdrawn(Event, frozen=True, tag="sh_repo.repurchase_withdrawn"):
    """The side that submitted the repurchase withdrew it; what was frozen is released."""

    contract: str
    seller: str
    buyer: str
    by: str


class RepurchaseDeclined(Event, frozen=True, tag="sh_repo.repurchase_declined"):
    """The other side declined the repurchase that was submitted; either may submit again."""

    contract: str
    seller: str
    buyer: str
    by: str
    reason: str


class RepurchaseLapsed(Event, frozen=True, tag="sh_repo.repurchase_lapsed"):
    """The day closed on a repurchase that was not confirmed; what was frozen for it is released."""

    contract: str
    seller: str
    buyer: str


class RepurchaseCompleted(Event, frozen=True, tag="sh_repo.repurchase_completed"):
    """The other side confirmed: measures and holds are released into the trades that follow; the contract is done."""

    contract: str
    seller: str
    buyer: str


class RepurchaseMoved(Event, frozen=True, tag="sh_repo.repurchase_moved"):
    """Trading was halted on the repurchase day: the repurchase may be done on the next day that trades (AMB-34)."""

    contract: str
    seller: str
    buyer: str
    due: date


class ContractOverdue(Event, frozen=True, tag="sh_repo.contract_overdue"):
    """The contract was not repurchased by the close of its day; measures stay until the exchange decides."""

    contract: str
    seller: str
    buyer: str


# --- changes, release, end ----------------------------------------------------------------------------


class TermsChanged(Event, frozen=True, tag="sh_repo.terms_changed"):
    """An approved application changed what was agreed (`what`: early, deferred or amendment): the next version.

    What was submitted and is not done is released, to be submitted again as it is agreed now.
    """

    contract: str
    application: int
    seller: str
    buyer: str
    what: str
    version: int
    agreed: Agreed


class MeasuresReleased(Event, frozen=True, tag="sh_repo.measures_released"):
    """An approved application released this contract's measures, all of them."""

    contract: str
    application: int
    seller: str
    buyer: str
    pledged_tonnes: list[int]
    margin_fen: int


class ContractEnded(Event, frozen=True, tag="sh_repo.contract_ended"):
    """An approved application ended the contract without repurchase: terminated, or closed off-exchange."""

    contract: str
    application: int
    seller: str
    buyer: str
    state: str
    effective: date
