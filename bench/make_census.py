"""A census of N full records (assessment, section 47, plan, two reviews each) for the benchmarks.

The records follow the census of 2025; nine in ten are in time. About 1.2 kB a child.
"""

import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

_HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails><Collection>CIN</Collection><Year>2025</Year><ReferenceDate>2025-03-31</ReferenceDate></CollectionDetails>
    <Source><SourceLevel>L</SourceLevel><LEA>999</LEA><SoftwareCode>bench</SoftwareCode></Source>
  </Header>
  <Children>
"""
_CHILD = """<Child>
 <ChildIdentifiers>
  <LAchildID>{name}</LAchildID>
  <UPN>A123456789012</UPN>
  <PersonBirthDate>{born}</PersonBirthDate>
  <Sex>U</Sex>
 </ChildIdentifiers>
 <ChildCharacteristics>
  <Ethnicity>NOBT</Ethnicity>
  <Disabilities><Disability>NONE</Disability></Disabilities>
 </ChildCharacteristics>
 <CINdetails>
  <CINreferralDate>{referred}</CINreferralDate>
  <ReferralSource>1A</ReferralSource>
  <PrimaryNeedCode>N1</PrimaryNeedCode>
  <Assessments>
   <AssessmentActualStartDate>{referred}</AssessmentActualStartDate>
   <AssessmentAuthorisationDate>{assessed}</AssessmentAuthorisationDate>
   <FactorsIdentifiedAtAssessment><AssessmentFactors>3B</AssessmentFactors></FactorsIdentifiedAtAssessment>
  </Assessments>
  <Section47>
   <S47ActualStartDate>{enquiry}</S47ActualStartDate>
   <InitialCPCtarget>{target}</InitialCPCtarget>
   <DateOfInitialCPC>{conference}</DateOfInitialCPC>
   <ICPCnotRequired>false</ICPCnotRequired>
  </Section47>
  <ReferralNFA>false</ReferralNFA>
  <ChildProtectionPlans>
   <CPPstartDate>{conference}</CPPstartDate>
   <InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>
   <LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>
   <NumberOfPreviousCPP>0</NumberOfPreviousCPP>
   <Reviews>
    <CPPreviewDate>{first}</CPPreviewDate>
    <CPPreviewDate>{second}</CPPreviewDate>
   </Reviews>
  </ChildProtectionPlans>
 </CINdetails>
</Child>
"""


_SMALL = """<Child><ChildIdentifiers><LAchildID>{name}</LAchildID></ChildIdentifiers><CINdetails>
<CINreferralDate>{referred}</CINreferralDate><ReferralNFA>1</ReferralNFA>
</CINdetails></Child>
"""


def small_records(n: int) -> Iterator[str]:
    """The text of n children of whom little is told, about 180 bytes each."""
    first = date(2024, 4, 2)
    return (_SMALL.format(name=f"B{number:07}", referred=first + timedelta(days=number % 300)) for number in range(n))


def records(n: int, seed: int = 1) -> Iterator[str]:
    """The text of n children."""
    chance = random.Random(seed)
    for number in range(n):
        referred = date(2024, 4, 2) + timedelta(days=chance.randrange(90))
        enquiry = referred + timedelta(days=chance.randrange(1, 5))
        conference = enquiry + timedelta(days=chance.choice((12, 14, 16, 18, 19, 20, 20, 20, 20, 35)))
        first = conference + timedelta(days=chance.choice((70, 80, 85, 88, 89, 89, 89, 89, 89, 110)))
        yield _CHILD.format(
            name=f"B{number:07}",
            born=date(2008, 1, 1) + timedelta(days=chance.randrange(5000)),
            referred=referred,
            assessed=referred + timedelta(days=chance.choice((20, 30, 40, 50, 55, 58, 60, 60, 60, 90))),
            enquiry=enquiry,
            target=enquiry + timedelta(days=21),
            conference=conference,
            first=first,
            second=first + timedelta(days=chance.choice((100, 120, 130, 140, 150, 160, 170, 175, 178, 200))),
        )


def write(path: Path, n: int, *, small: bool = False) -> None:
    """Write a census of n children, with full records or with small ones."""
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEADER)
        file.writelines(small_records(n) if small else records(n))
        file.write("  </Children>\n</Message>\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
