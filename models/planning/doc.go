// Package planning makes the plan of an election: which places receive postal
// votes when, agreed with the libraries, inside the law, and published.
package planning
