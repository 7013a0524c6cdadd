"""A bureau as a desk of another one: the link to a partner, run by the very parts that run a desk's.

enrol_at(bureau, "hanoi", url=..., code=...)
with PartnerLink(bureau, "hanoi") as link:
    link.exchange()
with Twins(bureau):        # all partners, for as long as the server runs
    server.serve_forever()
"""

from sync.twin.link import PartnerBusy, PartnerLink, enrol_at
from sync.twin.twins import Twins

__all__ = ["PartnerBusy", "PartnerLink", "Twins", "enrol_at"]
