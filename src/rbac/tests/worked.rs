//! The worked decisions of rbac.md 17, by number.

use std::collections::BTreeSet;

use super::words::allowed;

/// Number, who (roles; scopes; allow list), verb, object, answer. `templates@A` is the custom role of the rows 91 and 92.
const DECISIONS: &str = "
1   | M                                  | read            | user id=me owner=me                       | allow
2   | M                                  | update_personal | user id=me owner=me                       | allow
3   | M                                  | update          | user id=me owner=me                       | deny
4   | M                                  | read            | user id=x owner=x                         | deny
5   | M                                  | create          | api_key owner=me                          | allow
6   | M                                  | read            | api_key owner=x                           | deny
7   | M                                  | read            | workspace org=A owner=me                  | deny
8   | M, OM@A                            | read            | workspace org=A owner=me                  | allow
9   | M, OM@A                            | ssh             | workspace org=A owner=me                  | allow
10  | M, OM@A                            | read            | workspace org=A owner=x                   | deny
11  | M, OM@A                            | read            | workspace org=B owner=me                  | deny
12  | M, OM@A                            | read            | workspace owner=me                        | deny
13  | M, OM@A                            | read            | workspace                                 | deny
14  | M, OM@A                            | create          | workspace any_org owner=me                | allow
15  | M, OM@A                            | create          | template any_org                          | deny
16  | M                                  | create          | workspace any_org owner=me                | deny
17  | M, OM@A(none)                      | read            | organization_member id=me owner=me org=A  | allow
18  | M, OM@A(none)                      | read            | organization_member id=x owner=x org=A    | deny
19  | M, OM@A                            | read            | organization_member id=x owner=x org=A    | allow
20  | M, OWN                             | ssh             | workspace org=A owner=x                   | allow
21  | M, OWN, no exec                    | ssh             | workspace org=A owner=x                   | deny
22  | OWN, org-deny@A, user-deny         | read            | workspace org=A owner=me                  | allow
23  | site-deny                          | read            | workspace org=A owner=me                  | deny
24  | OA@A, user-deny                    | update          | workspace org=A owner=me                  | allow
25  | OA@A, user-deny                    | update          | workspace owner=me                        | deny
26  | M, OM@A, OA@A                      | ssh             | workspace org=A owner=me                  | allow
27  | M, OM@A, OA@A                      | ssh             | workspace org=A owner=x                   | deny
28  | M, OA@A                            | update          | workspace org=A owner=x                   | allow
29  | M, OA@A                            | update          | workspace org=B owner=x                   | deny
30  | M, OA@A, BAN@A                     | create          | workspace org=A owner=x                   | deny
31  | M, OA@A, BAN@A                     | update          | workspace org=A owner=x                   | allow
32  | M, OM@A, BAN@A                     | create          | workspace org=A owner=me                  | deny
33  | M, OWN, BAN@A                      | create          | workspace org=A owner=me                  | allow
34  | M, OM@A(none), OA@A                | share           | workspace org=A owner=me                  | deny
35  | M, no workspace sharing, OWN       | share           | workspace org=A owner=me                  | deny
36  | RO@A                               | read            | workspace org=A owner=x                   | allow
37  | RO@A                               | read            | workspace owner=me                        | allow
38  | RO@A                               | update          | workspace org=A owner=me                  | deny
39  | M, UA                              | create          | user                                      | allow
40  | M, OA@A                            | read            | user id=x owner=x                         | allow
41  | M, OA@A                            | create          | user                                      | deny
42  | M, OAud@A                          | read            | user id=x owner=x                         | deny
43  | M, TA                              | read            | user id=x owner=x                         | allow
44  | M, UA                              | assign          | assign_role                               | allow
45  | M, OU@A                            | assign          | assign_org_role org=A                     | allow
46  | M, OU@A                            | create          | assign_org_role org=A                     | deny
47  | M, UA                              | update          | assign_org_role org=A                     | deny
48  | M, OA@A                            | create          | assign_org_role                           | deny
49  | M, UA                              | delete          | organization_member id=x owner=x org=A    | allow
50  | M, OM@A                            | delete          | organization_member id=me owner=me org=A  | deny
51  | M, UA                              | update          | organization id=A org=A                   | deny
52  | M, OWN                             | create          | organization                              | allow
53  | M, OA@A                            | create          | organization                              | deny
54  | M, OWN                             | read            | user_secret owner=x                       | deny
55  | M, OWN                             | read            | user_secret owner=me                      | allow
56  | M, OWN                             | read            | user_skill owner=x                        | allow
57  | M, OWN                             | update          | user_skill owner=x                        | deny
58  | M, OA@A                            | read            | user_secret owner=x org=A                 | deny
59  | M, OM@A                            | create          | chat org=A owner=me                       | deny
60  | M, AG@A                            | create          | chat org=A owner=me                       | allow
61  | M, AG@A                            | delete          | chat org=A owner=me                       | deny
62  | M, OWN                             | banana          | template org=A                            | allow
64  | M, OM@A, in G                      | update          | template org=A group-acl=G:update         | allow
65  | M, OM@A                            | read            | template org=A group-acl=A:read           | allow
66  | M                                  | read            | template org=A group-acl=A:read           | deny
67  | M, in G                            | read            | template org=A group-acl=G:read           | deny
68  | M, OM@A                            | ssh             | workspace org=B owner=x user-acl=me:*     | allow
69  | M, OM@A                            | delete          | workspace org=B owner=x user-acl=me:read  | deny
70  | site-deny                          | read            | workspace org=B owner=x user-acl=me:read  | allow
71  | OWN; coder:application_connect     | read            | workspace org=A owner=me                  | deny
72  | OWN; coder:application_connect     | application_connect | workspace org=A owner=x               | allow
73  | M, OM@A; coder:application_connect | application_connect | workspace org=A owner=x               | deny
74  | M, OM@A; minus-user                | read_personal   | user id=me owner=me                       | deny
75  | M, OM@A; minus-user                | create          | workspace org=A owner=me                  | allow
76  | M; user:read                       | read            | user id=me owner=me                       | allow
77  | M; user:read                       | update_personal | user id=me owner=me                       | deny
78  | M; user:read                       | read            | user id=x owner=x                         | deny
79  | M, OM@A; workspace:read; workspace:w1 | read         | workspace id=w1 org=A owner=me            | allow
80  | M, OM@A; workspace:read; workspace:w1 | read         | workspace id=w2 org=A owner=me            | deny
81  | M, OM@A; workspace:read; workspace:w1 | read         | workspace org=A owner=me                  | deny
82  | OWN; minus-user; template:* group:g1  | create       | template org=A                            | allow
83  | OWN; minus-user; group:g1 template:*  | create       | group org=A                               | deny
84  | OWN; minus-user; workspace:w1 user:*  | read         | group id=w1                               | deny
85  | OWN; minus-user; user:* workspace:w1  | read         | user owner=me                             | deny
86  | OWN; minus-user; *:w1              | read            | template id=w1 org=A                      | allow
87  | OWN; coder:all;                    | read            | user id=x                                 | deny
88  | M, OM@B; coder:all; workspace:w1   | read            | workspace id=w2 org=A owner=x user-acl=me:read | deny
89  | OWN; A-workspace:read              | read            | workspace org=A owner=x                   | deny
90  | OWN, OM@A; A-workspace:read        | read            | workspace org=A owner=me                  | allow
91  | M, OM@A, templates@A               | update          | template org=A                            | allow
92  | M, OM@A, templates@A               | update          | template org=B                            | deny
93  | M, nothing@A                       | read            | template org=A group-acl=A:read           | allow
94  | M, OM@A                            | read            | organization id=A org=A                   | allow
95  | M                                  | read            | organization id=A org=A                   | deny
96  | M, OM@A(service_accounts)          | share           | workspace org=A owner=me                  | deny
97  | M, SA@A(service_accounts)          | share           | workspace org=A owner=me                  | allow
98  | M, OM@A(service_accounts)          | read            | group org=A                               | deny
99  | M, OM@A                            | create          | user_skill owner=me                       | allow
100 | M, OA@A                            | create          | organization_member any_org               | allow
101 | M, BAN@A, OM@A, OM@B               | create          | workspace any_org owner=me                | allow
102 | M, BAN@A, OM@A                     | create          | workspace any_org owner=me                | deny
";

/// The row that cannot be asked here: types are an enum, so a made-up one cannot be written down. Those who read types from
/// text answer it (`authcheck`).
const LEFT_OUT: u32 = 63;

struct Row {
    number: u32,
    who: &'static str,
    verb: &'static str,
    thing: &'static str,
    answer: bool,
}

fn rows() -> impl Iterator<Item = Row> {
    DECISIONS.trim().lines().map(|line| {
        let cells: Vec<&'static str> = line.split('|').map(str::trim).collect();
        let [number, who, verb, thing, answer] = cells[..] else { panic!("not a row: {line}") };
        Row { number: number.parse().unwrap(), who, verb, thing, answer: answer == "allow" }
    })
}

#[test]
fn every_worked_decision_comes_out_as_the_contract_has_it() {
    let wrong = rows().filter(|row| allowed(row.who, row.verb, row.thing) != row.answer);
    let wrong: Vec<u32> = wrong.map(|row| row.number).collect();
    assert!(wrong.is_empty(), "decided the other way: {wrong:?}");
}

#[test]
fn every_row_of_the_contract_is_worked() {
    let all: Vec<u32> = rows().map(|row| row.number).chain([LEFT_OUT]).collect();
    assert_eq!(all.len(), 102);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), (1..=102).collect());
}
