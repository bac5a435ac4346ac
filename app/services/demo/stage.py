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
CASE_ROWS = (
    {"name": CASES[0], "external_id": "NW-2026-117", "status": "Ongoing", "priority": "Critical",
     "type": "Ransomware", "is_incident": True, "assigned_to": LEAD},
    {"name": CASES[1], "external_id": "NW-2026-121", "status": "Open", "priority": "High",
     "type": "Business mail compromise", "is_incident": True},
)  # fmt: skip
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
WORKFLOWS = {
    "Compromised server": (
        (("Triage", "Triage package", "Requested", "High"), ("Memory image", "", "Needs analysis", "High")),
        (("Analyse triage data", "High"), ("Check backups", "Medium"), ("Rebuild", "Medium")),
    ),
    "Triage of a client": (
        (("Triage", "Triage package", "Requested", "Medium"),),
        (("Analyse triage data", "Medium"),),
    ),
}
"""By name: artifacts (type, name, status, priority) and tasks (name, priority)."""
GENERAL_TASKS = (
    ("Daily call with the customer", "Medium", 13, "alice", "09:00, the same dial-in every day."),
    ("Collect firewall logs", "High", 2, "jonas", "All sites, at least 30 days back."),
    ("Reset krbtgt", "Critical", 9, "alice", "Twice, ten hours apart. Plan it with the customer."),
    ("Check backups", "High", 4, "mara", "Which are older than the attacker, and can they be read?"),
    ("Plan the clean-up", "High", 8, "alice", ""),
    ("Write the report", "Medium", 16, None, "Draft for the customer's board."),
)
"""Name, priority, due after days, who, note."""
PARTS_OF_TASKS = {
    "Reset krbtgt, first time": "Reset krbtgt",
    "Reset krbtgt, second time": "Reset krbtgt",
    "Agree on the weekend": "Plan the clean-up",
    "Order new disks": "Plan the clean-up",
    "Inform the works council": "Plan the clean-up",
}
"""What is a part of which."""
EVENTS = (
    ("Logon", "Logon type 10 of adm-jd from 203.0.113.7"),
    ("Process", "powershell.exe -nop -w hidden -enc JABjAD0A… (PID {number})"),
    ("File", "C:\\Windows\\Temp\\a.exe written, 412,672 bytes"),
    ("Process", "rundll32.exe comsvcs.dll, MiniDump {number} C:\\Windows\\Temp\\l.dmp full"),
    ("Service", "Service “PSEXESVC” installed on {name}"),
    ("Logon", "Logon type 3 of svc-backup from 10.1.2.{number}"),
    ("Task", "Scheduled task “Updater” registered: C:\\Windows\\Temp\\b.exe at 03:00"),
    ("Network", "Connection to 203.0.113.7:443, {number} kB out"),
    ("File", "C:\\Windows\\Temp\\b.exe deleted"),
)
"""Type and content of timeline entries."""
ACCOUNTS = (
    ("adm-jd", True, "Domain administrator, used by the attacker from the first day.", 0, 1),
    ("svc-backup", False, "Service account of the backup; its password was in a script.", 1, 2),
    ("svc-sccm", True, "Software distribution.", 2, 4),
    ("k.nowak", False, "Opened the mail.", 0, 40),
)
"""Name, administrator, note, and on which of the compromised systems: from, every."""
NOTES = (
    ("Situation", "Final", "On the first evening the customer saw **encrypted files** on two file servers.\n\n"
     "| Site | Systems |\n|---|---|\n| Berlin | most servers |\n| Gdańsk | mail only |\n"),
    ("Course of the attack", "Review", "1. Phishing mail to `k.nowak`\n2. Web shell on the mail server\n"
     "3. `adm-jd` taken from memory\n4. PsExec to file servers\n\nSee the timeline of the mail servers."),
    ("Data theft", "Ready for review", "`rclone` sent about 40 GB to a storage provider, within two nights."),
    ("Recommendations", "Draft", "- Reset `krbtgt` twice\n- Tiering\n- Backups off the domain\n"),
)  # fmt: skip
"""Title, status, content."""
REPORT = (
    ("Summary", "Final", "{name} was **compromised**: the attacker logged on interactively and left tools."),
    ("Lateral movement", "Review", "From {name} the attacker went on by `PsExec` and RDP.\n\n- SMB to file servers\n"
     "- RDP to jump hosts"),
    ("Persistence", "Draft", "Scheduled task *Updater* starts `C:\\Windows\\Temp\\b.exe`."),
)  # fmt: skip
"""Headline, status, content."""
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
