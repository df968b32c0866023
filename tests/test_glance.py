"""What the beginning of a submission tells: a whole filing or none, and of whom."""

import gzip
from pathlib import Path

import pytest

from tests.homes import SAMPLE
from transforms.glance import ENOUGH, fault, glance

HEADER = (
    "<SEC-DOCUMENT>0000000001-03-000001.txt : 20030502\n<SEC-HEADER>0000000001-03-000001.hdr.sgml : 20030502\n"
    "ACCESSION NUMBER:\t\t0000000001-03-000001\nCONFORMED SUBMISSION TYPE:\t8-K\n\nFILER:\n\n\tCOMPANY DATA:\t\n"
    "\t\tCOMPANY CONFORMED NAME:\t\t\tSOMEBODY\n{industry}</SEC-HEADER>\n<DOCUMENT>\n<TYPE>8-K\n<TEXT>\n"
)
GAUGES = "\t\tSTANDARD INDUSTRIAL CLASSIFICATION:\tMEASURING DEVICES, NEC [3829]\n"
TRUST = "\t\tSTANDARD INDUSTRIAL CLASSIFICATION:\tASSET-BACKED SECURITIES [6189]\n"
END = "</TEXT>\n</DOCUMENT>\n</SEC-DOCUMENT>\n"


def head(industry: str, text: str) -> bytes:
    return (HEADER.format(industry=industry) + text).encode()


def test_the_industry_of_the_header_decides_at_once() -> None:
    told = glance(head(TRUST, ""), False)
    assert told and told.industries == ("6189",) and told.foreign is None


def test_another_industry_waits_for_the_words_of_a_report() -> None:
    assert glance(head(GAUGES, "The board declared a dividend."), False) is None, "a report may still come"
    told = glance(head(GAUGES, "Statement to Certificateholders, Distribution Date May 25, 2003"), False)
    assert told and told.industries == ("3829",) and told.foreign is None


@pytest.mark.parametrize(("text", "whole"), [("The board declared a dividend." + END, True), ("x " * ENOUGH, False)])
def test_a_filing_of_another_trade_is_foreign_once_enough_was_seen(text: str, whole: bool) -> None:
    told = glance(head(GAUGES, text)[:ENOUGH], whole)
    assert told and told.foreign and "3829" in told.foreign


def test_a_header_without_industry_leaves_the_decision_to_the_reader() -> None:
    told = glance(head("", "The board declared a dividend."), False)
    assert told and told.industries == () and told.foreign is None


def test_before_the_end_of_the_header_nothing_is_known() -> None:
    whole = head(GAUGES, "")
    assert glance(whole[: whole.index(b"</SEC-HEADER>")], False) is None


def test_every_real_and_sample_filing_is_taken_for_ours(shared: Path) -> None:
    files = [*shared.glob("edgar/Archives/edgar/data/*/*.gz"), *SAMPLE.glob("Archives/edgar/data/98*/*.gz")]
    told = {file.name: glance(gzip.decompress(file.read_bytes())[:ENOUGH], False) for file in files}
    assert len(told) > 180 and {name for name, one in told.items() if one is None or one.foreign} == set()


def test_a_stranger_of_the_sample_is_foreign() -> None:
    (file,) = SAMPLE.glob("Archives/edgar/data/9988776/0009988776-04-000901.txt.gz")
    told = glance(gzip.decompress(file.read_bytes()), True)
    assert told and told.foreign and told.industries == ("3829",)


@pytest.mark.parametrize(("raw", "why"), [
    (b"  \r\n", "nothing came"),
    (b"<!DOCTYPE html><html><title>Unavailable</title>", "web page"),
    (b'\n<?xml version="1.0"?><Error>', "web page"),
    (head(TRUST, "a report"), "truncated"),
    (b"<SUBMISSION>\n<TYPE>8-K\n", "truncated"),
    (b"-----BEGIN PRIVACY-ENHANCED MESSAGE-----\n<SEC-DOCUMENT>\n</SEC-DOCUMENT>\n", "truncated"),
])  # fmt: skip
def test_what_is_no_whole_submission_is_said(raw: bytes, why: str) -> None:
    assert why in (fault(raw) or "")


def test_a_whole_submission_has_no_fault() -> None:
    assert fault(head(TRUST, END)) is None
