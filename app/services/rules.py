"""Which rules hold for which model; `records` asks them for every single and every batch write.

Rules of a model are a module with `prepare` (complete and check drafts), `settle` (after the
rows are written) and `leave` (after rows went to the bin).
"""

from types import ModuleType

from app.models.base import Record
from app.models.lookups import Ip, State
from app.models.systems import Memo, System
from app.models.users import User
from app.services import ip_rules, memo_rules, name_rules, state_rules, system_rules, user_rules

RULES: dict[type[Record], ModuleType] = {
    System: system_rules,
    Memo: memo_rules,
    Ip: ip_rules,
    User: user_rules,
}


def of(model: type[Record]) -> ModuleType:
    """The rules of a model; everything else just has a unique name."""
    return RULES.get(model, state_rules if issubclass(model, State) else name_rules)
