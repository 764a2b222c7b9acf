package persons

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// Passwords and PINs are kept as argon2id (RFC 9106) in PHC form. The cost is
// OWASP's second choice (m = 19 MiB, t = 2, p = 1): one login costs about as
// much as a page, and 20 at once do not exhaust a small server.
const (
	argonTime    = 2
	argonMemory  = 19 << 10 // KiB
	argonThreads = 1
)

// HashPassword returns "$argon2id$v=19$m=…,t=…,p=…$salt$hash".
func HashPassword(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails (crypto/rand ends the program instead)
	sum := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, 32)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// CheckPassword tells whether password made hash. A hash that cannot be read
// matches nothing.
func CheckPassword(hash, password string) bool {
	var version, memory, time, threads int
	var salt64, sum64 string
	if _, err := fmt.Sscanf(hash, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &memory, &time, &threads, &salt64); err != nil || version != argon2.Version {
		return false
	}
	for i := range len(salt64) {
		if salt64[i] == '$' {
			salt64, sum64 = salt64[:i], salt64[i+1:]
			break
		}
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(salt64)
	sum, err2 := base64.RawStdEncoding.DecodeString(sum64)
	if err1 != nil || err2 != nil || len(sum) == 0 || threads < 1 || threads > 255 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, uint32(time), uint32(memory), uint8(threads), uint32(len(sum)))
	return subtle.ConstantTimeCompare(got, sum) == 1
}
