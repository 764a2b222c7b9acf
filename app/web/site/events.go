package site

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Events writes server-sent events to one browser.
type Events struct {
	w   http.ResponseWriter
	rc  *http.ResponseController
	ctx context.Context
}

// Stream opens an event stream and runs f until it returns, the browser leaves
// or the server shuts down. gin's own Stream panics behind scs, and the
// server's write deadline would cut the stream: both are avoided here.
func (r *Request) Stream(f func(context.Context, *Events) error) error {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go func() {
		select {
		case <-r.Server.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	e := &Events{w: r.Writer(), rc: http.NewResponseController(r.Writer()), ctx: ctx}
	if err := e.rc.SetWriteDeadline(time.Time{}); err != nil {
		return err
	}
	h := r.Writer().Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // nginx would hold the events back
	r.Gin.Writer.WriteHeaderNow()
	if err := e.rc.Flush(); err != nil {
		return err
	}
	err := f(ctx, e)
	if ctx.Err() != nil {
		return nil // left or shutting down: nobody is there to be told
	}
	return err
}

// Send writes one event with v as JSON.
func (e *Events) Send(event string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := e.ctx.Err(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(e.w, "event: %s\ndata: %s\n\n", event, b); err != nil {
		return err
	}
	return e.rc.Flush()
}

// Beat writes a comment, so that proxies keep the connection open.
func (e *Events) Beat() error {
	if _, err := fmt.Fprint(e.w, ": \n\n"); err != nil {
		return err
	}
	return e.rc.Flush()
}
