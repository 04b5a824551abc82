"""What the referral service publishes: a module for each thing, and here all of them.

Every id is random and is made by the service that owns the record. Days are calendar days in
England. Codes are those of the glossary. There is no name, date of birth, contact or free text.

A correction has every field of the record, as it is now, and a withdrawal its key; ``reason`` is
the coded reason for which either was made: why it is put right, not why it was so. Where a
correction moves a record to another day, ``formerly_on`` names the day on which it no longer
stands.
"""

from libs.common.contracts.referral.cases import *
from libs.common.contracts.referral.children import *
from libs.common.contracts.referral.exclusions import *
from libs.common.contracts.referral.people import *
from libs.common.contracts.referral.referrals import *
from libs.common.contracts.referral.reviews import *
from libs.common.contracts.referral.risk import *
from libs.common.contracts.referral.schools import *
from libs.common.contracts.referral.staff import *
from libs.common.contracts.referral.visits import *
