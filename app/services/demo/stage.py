"""What the demonstration is about: the people, the customer, what is found and written there."""

from app.models.lookups import Tone
from app.models.users import Role

PEOPLE = {
    "alice": ("Alice Berger", Role.LEAD),
    "bob": ("Bob Novak", Role.ANALYST),
    "stuhli": ("Matthias Stuhl", Role.ANALYST),
    "lionne": ("Léonie Marchand", Role.ANALYST),
    "mara": ("Mara Lindqvist", Role.ANALYST),
    "jonas": ("Jonas Okafor", Role.ANALYST),
    "rita": ("Rita Kaya", Role.READER),
}
"""Six people work, Rita of the customer reads."""
LEAD = "alice"
ANALYSTS = ("bob", "stuhli", "lionne", "mara", "jonas")

DIVISIONS = {
    "Energy": ("Nordwind AG", "Nordwind Netze GmbH"),
    "Logistics": ("Nordwind Logistik GmbH", "Baltic Freight Sp. z o.o."),
    "Services": ("Nordwind IT Services GmbH",),
}
SITES = {
    "Berlin": ("BER", "Nordwind AG", 1),
    "Hamburg": ("HAM", "Nordwind Logistik GmbH", 2),
    "Leipzig": ("LEJ", "Nordwind Netze GmbH", 3),
    "Gdańsk": ("GDN", "Baltic Freight Sp. z o.o.", 4),
    "Rotterdam": ("RTM", "Nordwind Logistik GmbH", 5),
}
"""Site: its code in host names, the company there, its network 10.n."""
CONTACTS = (
    ("J. Krause", "j.krause@nordwind.example", "+49 30 5550 101"),
    ("Agnieszka Wójcik", "a.wojcik@baltic-freight.example", "+48 58 555 0142"),
    ("Duty desk", "duty@nordwind.example", "+49 30 5550 110"),
)
PROVIDERS = ("Rechenzentrum Ost GmbH", "Harbour Managed Services B.V.")
REASONS = (
    "Log source", "Lateral movement", "Beacon to 203.0.113.7", "EDR alert", "Scanner finding", "Crown jewel",
)  # fmt: skip
RECOMMENDATIONS = ("Reinstall", "Restore from backup", "Reset credentials", "Keep isolated", "Monitor")
CASES = ("Nordwind", "Baltic Freight mail theft")
TAGS = {
    "initial-access": Tone.RED,
    "a.exe": Tone.AMBER,
    "b.exe": Tone.AMBER,
    "T1003.001": Tone.VIOLET,
    "T1021.002": Tone.VIOLET,
    "data-theft": Tone.RED,
    "isolated": Tone.BLUE,
    "scanned": Tone.TEAL,
    "edr-installed": Tone.GREEN,
    "vpn": Tone.GREY,
    "backup": Tone.GREY,
}
FINDINGS = ("a.exe", "b.exe", "T1003.001", "T1021.002", "data-theft")
MEMOS = (
    "`a.exe`, LSASS dump. Hash is the one from the first host.",
    "Scheduled task **Updater** starts `C:\\Windows\\Temp\\b.exe` at 03:00, created by `adm-jd`.",
    "Logon type 10 from 203.0.113.7, then PsExec to three file servers.",
    "Backup from the 19th is clean, the customer wants to restore it.",
    "Customer says: must not go down before Friday, 18:00.",
    "No EDR possible on this OS. Triage by hand:\n\n- event logs\n- prefetch\n- registry",
    "Web shell in `inetpub\\wwwroot\\aspnet_client`, first request two days before the encryption.",
    "Nothing in the logs, but they only go back four days.",
    "Rclone configuration found: upload to a storage provider, about 40 GB.",
    "Asked the admin: the service account is used by the backup, the logons are expected.",
    "False positive of the scanner: remote support tool of the provider.",
    "Disk image arrived, chain of custody in the safe.",
)
