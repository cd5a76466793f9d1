"""Text as the smaller licence servers print it, made for tests; one whole text of each kind."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from licensing.collectors.reading import FeatureReading, Reading
from licensing.collectors.registry import CollectorKind, read_capture

AT = datetime(2024, 3, 13, 10, 30, tzinfo=UTC)

LMX = """\
LM-X End-user Utility v5.4
Copyright (C) 2002-2023 X-Formation. All rights reserved.

++++++++++++++++++++++++++++++++++++++++
LM-X License Server on 6200@harbour:

Server version: v5.4 Uptime: 3 day(s) 12 hour(s) 0 min(s) 51 sec(s)
----------------------------------------
Feature: Grade Version: 21.0 Vendor: GRADECO
Start date: 2024-01-01 Expire date: 2025-06-30
Key type: EXCLUSIVE License sharing: CUSTOM VIRTUAL

35 of 120 license(s) used:

25 license(s) used by anna@bay-07 [192.0.2.7]
Login time: 2024-03-12 18:00   Checkout time: 2024-03-12 18:05
Shared on custom string: ANNA:BAY

10 license(s) used by bruno@bay-08 [192.0.2.8]
Login time: 2024-03-13 09:00   Checkout time: 2024-03-13 09:00
----------------------------------------
Feature: Mix Version: 21.0 Vendor: GRADECO
Start date: 2024-01-01 Expire date: 2025-06-30
Key type: EXCLUSIVE License sharing: CUSTOM VIRTUAL

12 of 2147483647 license(s) used:

12 license(s) used by anna@bay-07 [192.0.2.7]
Login time: 2024-03-12 18:00   Checkout time: 2024-03-12 18:05
"""

DSLS_HEADER = (
    "Editor,EditorId,Feature,Model,Commercial Type,Max Release Number,Max Release Date,Pricing Structure,"
    "Max Casual Duration,Expiration Date,Customer ID,Count,Inuse,Tokens,Casual Usage (mn),Host,User,Internal ID,"
    "Active Process,Client Code Version,Session ID,Granted Since,Last Used At,Granted At,Queue Position,"
)
DSLS_POOL = "Dock,5E75,{},Token,STD,8,2025-01-01 00:59:00,YLC,0,2025-06-30 00:59:00,1000,{},{},"
DSLS_HOLDER = (
    "{},,{} (2a8.0)/192.0.2.7,{},GRA,/opt/grade/grade ( 3148),6.424,02DB{},2024-03-12 18:05:34,"
    "2024-03-13 10:00:00,2024-03-12 18:05:34,{}"
)
DSLS = (
    "License Administration Tool Version 6.425.4 Built on May 2, 2023, 6:45:36 PM.\n"
    "admin >\tSoftware version: 6.425.4\n    Build date: May 2, 2023, 6:45:36 PM\n    Standalone mode\n"
    "    Ready: yes\n    Server name: harbour   Server id: ZSD-1\n" + DSLS_HEADER + "\n"
    f"{DSLS_POOL.format('GRA', 237, 155)}{DSLS_HOLDER.format(100, 'bay-07', 'anna', 16, '')}\n"
    f"{DSLS_POOL.format('GRA', 237, 155)}{DSLS_HOLDER.format(55, 'bay-08', 'bruno', 17, '')}\n"
    f"{DSLS_POOL.format('MIX', 16, 0)}\n"
)

SENTINEL = """\
  Sentinel RMS Development Kit 9.1.0.0104 Application Monitor
  Copyright (C) 2016 SafeNet, Inc.

 [Contacting Sentinel RMS Development Kit server on host "harbour"]

 |- Feature Information
   |- Feature name                   : "GRADE"  \t
   |- Feature version                : "1.0"

   |- License type                   : "Normal License"
   |- Commuter license allowed       : YES
   |- Maximum concurrent user(s)     : 40
   |- Unreserved tokens in use       : 12
   |- Available unreserved           : 20
   |- Reserved tokens in use         : 3
   |- Available reserved             : 5
   |- Commuter tokens in use         : 11
   |- Unreserved tokens in queue     : 2
   |- Soft limit on users            : Unlimited

   |- License Information
     |- License Hash                   : 28BCBCF9FA5CA671
     |- License status                 : Active
     |- Maximum concurrent user(s)     : 40
     |- License start date             : Fri Jun 19 00:00:00 2020
     |- Expiration date                : Mon Jun 30 23:59:59 2025
     |- Server #1 locking code         : Primary   = 2014-*16T

   |- Client Information
     |- User name                      : anna
     |- Host name                      : bay-07
     |- X display name                 : local
     |- Group name                     : DefaultGrp
     |- Status                         : Running since Tue Mar 12 18:05:40 2024
     |- Number of tokens used          : 11
     |- Is commuter token              : YES

   |- License Information
     |- License status                 : Inactive
     |- Maximum concurrent user(s)     : 500
     |- Expiration date                : License has no expiration

   |- Client Information
     |- User name                      : bruno
     |- Host name                      : bay-08
     |- Status                         : Running since Wed Mar 13 09:00:00 2024
     |- Number of tokens used          : 4
     |- Is commuter token              : NO

   |- Queued Client Information
     |- User name                      : carla
     |- Host name                      : bay-09
     |- No of tokens requested         : 2
     |- Status                         : Queued since Wed Mar 13 09:10:00 2024
 Press Enter to continue . . .
"""

LSDYNA = """\
Using user specified server 31010@harbour

LICENSE INFORMATION

PROGRAM          EXPIRATION CPUS  USED   FREE    MAX | QUEUE
---------------- ----------      ----- ------ ------ | -----
SOLO             06/30/2025         12     28     40 |     0
 carla     59005@bay-09  12
MPPDYNA          06/30/2025          -     60    500 |     0
 anna      59005@bay-07  280
 bruno    239793@bay-08  160
LS-DYNA          06/30/2025          0     60    500 |     3
                   LICENSE GROUP   440     60    500 |     3
"""

OLICENSE = """\
olixtool 4.8.0 - OLicense XML Status Application
Copyright (C) 2007-2013 Optimum GmbH, Karlsruhe, Germany

Server: <192.0.2.94:31212:0> (Proxy: <>)

List of requested licenses:

==============================================
Application:\tgradeco
VersionRange:\t0-20231
Licenser:\tgradeco software
Licensee:\tA Person
License-ID:\tgradeco-faf7@harbour
Modules:
  Name; LicenseType; FloatCount; Expiration
  --------------------------------------------
  grade;         \tFreeFloating;\t36;\t2025-06-30 23:59:59;
    23 FloatsLockedBy:
      anna@bay-07 #12
      bruno@bay-08 #11

"""

PIXAR = """\
PixarLicenseServer v5.0.2 x4 p13580 (Oct 4 2007 02:09:22)
now:   Mar 13 10:30:00   uptime: 6.3 hours
hostinfo:   harbour   hostid=0d4ys5   uid=render
licenses:   cumulative   out=267   in=261
License Status:
   12 / 23   v17.000  PhotoRealistic-RenderMan      30-jun-2025
   12 / *    v1.000   RPS-17.0                      30-jun-2025
Clients:
anna@bay-07,9499            (69104b1:565d03a9)
 12   PhotoRealistic-RenderMan  17.000  13-Mar-09:46 (44m)
 12   RPS-17.0                   1.000  13-Mar-09:46 (44m)
"""

SESI_TEXT = """\
----- SERVER harbour -----
sesinetd: Version 12.5.316
Lic 1a2b3c4d: 14 "Houdini-Master 12.5 " Generic 30-jun-2025 *.*.*.* harbour
    anna@bay-07  Mar 12 18:05
    bruno@bay-08 Wed Mar 13 09:00
    12 licenses free
"""

SESI_JSON = """\
Connecting to http://harbour:1715
{
  "server_list": "http://harbour:1715",
  "licenses": [
    {
      "id": "12345678",
      "platform": "Generic",
      "product": "Houdini-Master",
      "display": "Houdini FX",
      "version": "20.0",
      "available": 12,
      "total_tokens": 14,
      "disabled": false,
      "expiry": "30-jun-2025",
      "ip_mask": "*.*.*.*",
      "servers": "harbour",
      "resolved_server": "harbour.example",
      "license_access_mode": "",
      "start_time": "",
      "users": [
        {"id": 61415, "machine": "anna@bay-07", "time": "2024/03/12 18:05:00"},
        {"id": 61416, "machine": "bruno@bay-08", "time": "2024/03/13 09:00:00"}
      ]
    }
  ]
}
"""

WHOLE = {
    "lmx": LMX,
    "dsls": DSLS,
    "sentinel": SENTINEL,
    "lsdyna": LSDYNA,
    "olicense": OLICENSE,
    "pixar": PIXAR,
    "sesinetd": SESI_JSON,
}
"""A whole text of each kind, in which each feature has one pool."""


def read(kind: str, text: str, *, at: datetime | None = AT, zone: str = "UTC") -> Reading:
    """Read a text as a capture is read."""
    return read_capture(CollectorKind(kind), text.encode(), at=at, zone=ZoneInfo(zone))


def feature(reading: Reading, name: str) -> FeatureReading:
    """Return the one feature of that name."""
    (found,) = (one for one in reading.features if one.feature == name)
    return found


def numbers(reading: Reading) -> dict[str, tuple[int | None, int | None, int | None]]:
    """Return issued, reported and counted of each feature."""
    return {one.feature: (one.issued, one.reported_in_use, one.counted_in_use) for one in reading.features}


def doubted(reading: Reading) -> list[int]:
    """Return the lines in doubt."""
    return [one.line for one in reading.diagnostics]
