#!/usr/bin/env python3
"""The honest runner as a stack with several cards: cards.py N [CARD [FAULT]].

Each card has the PCI address 0000:10:00.0, 0000:11:00.0… and computes on the CPU,
which only a test of the conductor could find sensible. CARD refuses every workload, or
has a FAULT: it dies in its window, pauses before it, or takes 0.6 s an iteration.
"""
import os
import sys
import time

import runner as honest


class Cards(honest.Runner):
    def devices(self, m):
        cards = [{"id": f"card:{i}", "name": "Example X100", "kind": "accelerator", "match": f"0000:{10 + i}:00.0"} for i in range(int(sys.argv[1]))]
        return {"type": "devices", "devices": cards}

    def prepare(self, m):
        self.fault = (sys.argv[3:] or ["refuses"])[0] if m["device"] in sys.argv[2:3] else ""
        if self.fault == "refuses":
            raise honest.Unsupported(f"{m['workload']['name']} on {m['device']}", "take another card")
        answer = {**super().prepare(m), "threads": 0}
        if self.fault == "slow":
            slow(self.task)
            answer["iters_hint"] = 1 / 6
        return answer

    def run(self, m):
        if m["min_ns"] == WINDOW_NS and self.fault == "dies":
            os.abort()
        if m["min_ns"] == WINDOW_NS and self.fault == "pauses":
            time.sleep(1)
        return super().run(m)


WINDOW_NS = 200_000_000  # of the smoke suite


def slow(task):
    iterate = task.iterate
    task.iterate = lambda i: (time.sleep(0.6), iterate(i))


if __name__ == "__main__":
    honest.serve(Cards())
