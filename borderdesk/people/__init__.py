"""Who may use a desk: accounts, roles, key slots, sessions."""

from borderdesk.people.accounts import Account, Unlocked, ends_with
from borderdesk.people.bindings import Binding, BindingUnavailable
from borderdesk.people.errors import (
    AccountEnded,
    AccountTaken,
    BadEnd,
    PasswordTooShort,
    ShutOutByBureau,
    SignInRefused,
    TimeInDoubt,
    UnknownAccount,
    VaultUnreadable,
    WaitBeforeRetry,
    WrongPassword,
    WrongRecoveryCode,
)
from borderdesk.people.machine import (
    MachineSecret,
    MachineSecretMissing,
    forget_machine_secret,
    make_machine_secret,
    read_machine_secret,
)
from borderdesk.people.rekeying import open_lists, rekey
from borderdesk.people.roles import RIGHTS, SCOPES, NotAllowed, Right, Role, Scope, require
from borderdesk.people.slots import Cost, scope_key
from borderdesk.people.vault import NewVault, Vault, create_vault

__all__ = [
    "RIGHTS",
    "SCOPES",
    "Account",
    "AccountEnded",
    "AccountTaken",
    "BadEnd",
    "Binding",
    "BindingUnavailable",
    "Cost",
    "MachineSecret",
    "MachineSecretMissing",
    "NewVault",
    "NotAllowed",
    "PasswordTooShort",
    "Right",
    "Role",
    "Scope",
    "ShutOutByBureau",
    "SignInRefused",
    "TimeInDoubt",
    "UnknownAccount",
    "Unlocked",
    "Vault",
    "VaultUnreadable",
    "WaitBeforeRetry",
    "WrongPassword",
    "WrongRecoveryCode",
    "create_vault",
    "ends_with",
    "forget_machine_secret",
    "make_machine_secret",
    "open_lists",
    "read_machine_secret",
    "rekey",
    "require",
    "scope_key",
]
