// Package signon speaks OpenID Connect with the municipality's identity provider
// (Entra ID, Keycloak, FK Adgangsstyring through a proxy): authorization code
// flow with PKCE, state and nonce. It says whose identity it is and what the
// provider calls them; whose account that is, models/store decides.
//
//	Attempt    what is kept on the server between leaving and coming back
//	Identity   who the provider says it is
//	Map        the provider's groups or roles → roles and places of ours
//
// The provider is asked for its addresses when it is first needed, so that one
// that is away keeps nobody from starting the program or from using a password.
package signon
