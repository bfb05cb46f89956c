import pytest, collections, sys
from tests.segmentation import test_model as t
from segmentation.services import recompute, segments
pytestmark=pytest.mark.django_db
def nothing(m): pass
def pins(monkeypatch):
    import pgtrigger
    orig=segments.pin
    def pin(**k):
        with pgtrigger.ignore("segmentation.SegmentPin:stale_on_insert"): return orig(**k)
    monkeypatch.setattr(segments, "pin", pin)
COUNT=collections.Counter()
@pytest.mark.parametrize("f",[pins,nothing])
def test_a(monkeypatch,f):
    f(monkeypatch)
    orig=t.AnyProgram._opinions
    def cnt(self):
        COUNT[f.__name__]+=1
        return orig(self)
    monkeypatch.setattr(t.AnyProgram,"_opinions",cnt)
    import time; b=time.time()
    try:
        t.test_stored_verdicts_are_those_of_a_second_opinion_whatever_happens()
        print(f.__name__,"NOT noticed", time.time()-b, time.process_time(), COUNT)
    except AssertionError as e: print(f.__name__,"noticed",str(e)[:100],time.time()-b,time.process_time(), COUNT)
