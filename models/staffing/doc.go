// Package staffing is who receives votes where and when: appointment and
// instruction, the crew each kind of place must have, wishes, shifts and their
// life from proposal to presence, stand-ins and hours. It decides; package
// roster searches, models/store keeps.
//
// Two employers meet in one plan: each leader decides over their own people and
// never sees the other's wishes (see Leads).
package staffing
