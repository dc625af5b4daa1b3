"""Adds up what several runs of pytest reported and says it in one line; fails if one of them reported nothing or anything failed."""

import sys
import xml.etree.ElementTree as ElementTree


def main(paths: list[str]) -> int:
    tests = failed = skipped = 0
    for path in paths:
        try:
            suites = list(ElementTree.parse(path).getroot().iter("testsuite"))
        except (OSError, ElementTree.ParseError) as error:
            print(f"{path} holds no report: {error}")
            failed += 1
            tests += 1
            continue
        tests += sum(int(suite.get("tests", 0)) for suite in suites)
        failed += sum(int(suite.get("failures", 0)) + int(suite.get("errors", 0)) for suite in suites)
        skipped += sum(int(suite.get("skipped", 0)) for suite in suites)
    print(f"{tests - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or tests == skipped else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
