"""Sign-in, and the making and changing of accounts."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy.orm import Session

from feedback.accounts import passwords, policy
from feedback.accounts.models import (
    Membership,
    Role,
    SignInFailure,
    Staff,
    failures_since,
    memberships_of,
    staff_by_login,
)
from feedback.audit import service as audit
from feedback.storage import utc_now
from feedback.web.actor import Actor

FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_ALLOWED = 8
MINIMUM_PASSWORD_LENGTH = 12
LONGEST_LOGIN = 64
LONGEST_NAME = 100

SIGNED_IN = audit.declare("accounts.signed_in", "サインインした")
STAFF_ADDED = audit.declare("accounts.staff_added", "職員を登録した", "login")
ROLE_GIVEN = audit.declare("accounts.role_given", "役割を与えた", "role")
ROLE_TAKEN = audit.declare("accounts.role_taken", "役割を外した", "role")
STAFF_DEACTIVATED = audit.declare("accounts.staff_deactivated", "職員を停止した")
STAFF_REACTIVATED = audit.declare("accounts.staff_reactivated", "職員の停止を解いた")
PASSWORD_RESET = audit.declare("accounts.password_reset", "パスワードを再発行した")
EMAIL_SET = audit.declare("accounts.email_set", "職員のメールアドレスを変更した")
PASSWORD_CHANGED = audit.declare("accounts.password_changed", "パスワードを変更した")


class AccountError(Exception):
    """Base of what can go wrong with accounts; the message is for the reader."""


class SignInRefused(AccountError):
    """The login or the password is wrong."""


class TooManyFailures(AccountError):
    """This login failed too often from this network; wait."""


class LoginTaken(AccountError):
    """Somebody has this login already."""


class PasswordTooShort(AccountError):
    """The new password is shorter than the rule asks for."""


class PasswordUnchanged(AccountError):
    """The new password is the old one."""


def sign_in(session: Session, login: str, password: str, *, network: str, key: str) -> Staff:
    """Check a login and password.

    Failures are counted per login *and* network, so that nobody can lock a colleague out.

    Raises:
        TooManyFailures: after 8 failures within 15 minutes.
        SignInRefused: when either is wrong or the account is stopped. The caller must commit, so
            that the failure is counted.
    """
    source = _source(login, network, key)
    if failures_since(session, source, utc_now() - FAILURE_WINDOW) >= FAILURES_ALLOWED:
        raise TooManyFailures("しばらく時間をおいてから、もう一度サインインしてください。")
    staff = staff_by_login(session, login)
    is_right = passwords.verifies(staff.password_hash if staff else None, password)
    if staff is None or not is_right or not staff.is_active:
        session.add(SignInFailure(source=source, at=utc_now()))
        raise SignInRefused("職員IDまたはパスワードが正しくありません。")
    staff.signed_in_at = utc_now()
    if passwords.is_outdated(staff.password_hash):
        staff.password_hash = passwords.hashed(password)
    audit.record(session, SIGNED_IN, actor=actor_of(session, staff), subject=f"staff:{staff.id}")
    return staff


def add_staff(
    session: Session,
    *,
    login: str,
    name: str,
    password: str,
    actor: Actor | None,
    must_change_password: bool = True,
) -> Staff:
    """Make an account.

    Raises:
        LoginTaken: when the login is in use.
        PasswordTooShort: when the password is too short.
    """
    if staff_by_login(session, login) is not None:
        raise LoginTaken(f"職員ID「{login}」はすでに使われています。別のIDにしてください。")
    staff = Staff(
        login=login.strip().lower(),
        name=name.strip(),
        password_hash=_hashed(password),
        must_change_password=must_change_password,
        created_at=utc_now(),
    )
    session.add(staff)
    session.flush()
    audit.record(session, STAFF_ADDED, actor=actor, subject=f"staff:{staff.id}", login=staff.login)
    return staff


def give_role(
    session: Session, staff: Staff, role: Role, government: str, *, actor: Actor | None
) -> None:
    """Give a person a role for a government; giving it twice changes nothing."""
    held = memberships_of(session, staff.id)
    if any(each.role is role and each.government_slug == government for each in held):
        return
    session.add(Membership(staff_id=staff.id, government_slug=government, role=role))
    audit.record(
        session,
        ROLE_GIVEN,
        actor=actor,
        subject=f"staff:{staff.id}",
        government=government,
        role=role.value,
    )


def take_role(session: Session, membership: Membership, *, actor: Actor) -> None:
    """Take a role away; it ends with the next page that the person opens."""
    session.delete(membership)
    audit.record(
        session,
        ROLE_TAKEN,
        actor=actor,
        subject=f"staff:{membership.staff_id}",
        government=membership.government_slug,
        role=membership.role.value,
    )


def set_active(session: Session, staff: Staff, is_active: bool, *, actor: Actor) -> None:
    """Stop an account, ending its sessions, or let it in again."""
    staff.is_active = is_active
    staff.session_epoch += 1
    event = STAFF_REACTIVATED if is_active else STAFF_DEACTIVATED
    audit.record(session, event, actor=actor, subject=f"staff:{staff.id}")


def reset_password(session: Session, staff: Staff, password: str, *, actor: Actor) -> None:
    """Give an account a password that its owner must change, and end its sessions."""
    staff.password_hash = _hashed(password)
    staff.must_change_password = True
    staff.session_epoch += 1
    audit.record(session, PASSWORD_RESET, actor=actor, subject=f"staff:{staff.id}")


def change_password(session: Session, staff: Staff, current: str, new: str) -> None:
    """Change one's own password and end one's other sessions.

    Raises:
        SignInRefused: when the current password is wrong.
        PasswordTooShort: when the new one is too short.
        PasswordUnchanged: when both are the same.
    """
    if not passwords.verifies(staff.password_hash, current):
        raise SignInRefused("今のパスワードが正しくありません。")
    if new == current:
        raise PasswordUnchanged("今のパスワードとは違うパスワードを入力してください。")
    staff.password_hash = _hashed(new)
    staff.must_change_password = False
    staff.session_epoch += 1
    audit.record(
        session, PASSWORD_CHANGED, actor=actor_of(session, staff), subject=f"staff:{staff.id}"
    )


def set_email(session: Session, staff: Staff, email: str | None, *, actor: Actor) -> None:
    """Set or empty a person's address; the log says that, not the address."""
    if staff.email == email:
        return
    staff.email = email
    audit.record(session, EMAIL_SET, actor=actor, subject=f"staff:{staff.id}")


def actor_of(session: Session, staff: Staff) -> Actor:
    """The person as the policy sees them."""
    held = policy.permissions_of(memberships_of(session, staff.id))
    return Actor(id=staff.id, name=staff.name, permissions=held)


def _hashed(password: str) -> str:
    if len(password) < MINIMUM_PASSWORD_LENGTH:
        raise PasswordTooShort(f"パスワードは{MINIMUM_PASSWORD_LENGTH}文字以上にしてください。")
    return passwords.hashed(password)


def _source(login: str, network: str, key: str) -> str:
    message = f"{login.strip().lower()}\n{network}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
