package web

// TypeTitles are the names of the forms in the log: every form that there is.
var TypeTitles = typeTitles
