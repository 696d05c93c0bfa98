"""The web application of Meyasubako（目安箱）: one room per stage of a voice's way.

Read the rooms in this order; each imports only those above it:

- ``settings``    the environment, validated once at start
- ``storage``     engine, sessions, column types shared by all tables
- ``mail``        one message to a mail server, and what surely became of it
- ``calendar``    UTC inside, Japan's time and years at the edges
- ``web``         what every page shares: transactions, permissions, security headers, languages
- ``queue``       outbox, worker and schedules: jobs are named, rooms register handlers
- ``audit``       hash-chained entries of who did what when（監査記録）
- ``undo``        acts of staff that can be taken back（取り消し）
- ``calls``       governments, municipalities, initiatives, calls for opinions（意見募集）
- ``accounts``    staff, roles, sign-in, the one policy module（職員）
- ``intake``      everything that makes a submission: form, receipt, imports（意見の受付）
- ``screening``   statements, personal data, urgency, campaigns（確認）
- ``theming``     runs, themes, assignments, the workshop（テーマ）
- ``triage``      queue, search, cases, assignment, notes（対応）
- ``answering``   what governments answer to themes（回答）
- ``reporting``   monthly reports and their forms（月次報告）
- ``publishing``  public theme pages, status by receipt number（公表）
- ``demo``        a living system for newcomers, loaded through the rooms' own services
- ``app``         wires the rooms together and nothing else
"""
