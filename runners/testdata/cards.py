#!/usr/bin/env python3
"""The honest runner as a stack with several cards: cards.py N [REFUSING-CARD].

Each card has the PCI address 0000:10:00.0, 0000:11:00.0… and computes on the CPU,
which only a test of the conductor could find sensible.
"""
import sys

import runner as honest


class Cards(honest.Runner):
    def devices(self, m):
        cards = [{"id": f"card:{i}", "name": "Example X100", "kind": "accelerator", "match": f"0000:{10 + i}:00.0"} for i in range(int(sys.argv[1]))]
        return {"type": "devices", "devices": cards}

    def prepare(self, m):
        if m["device"] in sys.argv[2:]:
            raise honest.Unsupported(f"{m['workload']['name']} on {m['device']}", "take another card")
        return {**super().prepare(m), "threads": 0}


if __name__ == "__main__":
    honest.serve(Cards())
