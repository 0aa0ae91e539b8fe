"""How many recorded interactions our parses read right, service by service: the table of docs/contracts.md.

.venv/bin/python -m scripts.contracts FOLDER
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections import Counter
from pathlib import Path

from tests.sources import contracts
from tests.sources.contracts import NotAsked, interactions


def main() -> int:
    folder = Path(sys.argv[1])
    total = Counter[str]()
    print("| service | recorded | right | wrong | not asked |\n|---|---|---|---|---|")
    reasons: list[str] = []
    for service in sorted(info.name for info in pkgutil.iter_modules(contracts.__path__)):
        check = importlib.import_module(f"{contracts.__name__}.{service}").check
        told, why = Counter[str](), Counter[str]()
        for one in interactions(folder, service):
            try:
                check(one)
            except NotAsked as reason:
                told["not asked"] += 1
                why[str(reason)] += 1
            except Exception as error:  # what a parse may raise is what is counted here
                told["wrong"] += 1
                why[f"wrong: {type(error).__name__}: {str(error)[:120]}"] += 1
            else:
                told["right"] += 1
        total += told
        print(f"| {service} | {sum(told.values())} | {told['right']} | {told['wrong']} | {told['not asked']} |")
        reasons += [f"- {service}: {n} × {reason}" for reason, n in why.most_common()]
    usable = total["right"] + total["wrong"]
    print(f"| all | {sum(total.values())} | {total['right']} | {total['wrong']} | {total['not asked']} |")
    print(f"\n{total['right']} of {usable} usable interactions read right.\n\n" + "\n".join(reasons))
    return 0


if __name__ == "__main__":
    sys.exit(main())
