package main

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"

	"github.com/brevstemme/brevstemme/models/custody"
)

// fillPictures hands in what people would: the courier's signature on the
// screen and a photo of a seal.
func (d *demoTown) fillPictures(ctx context.Context, h custody.Handover) error {
	var sign, photo bytes.Buffer
	if err := png.Encode(&sign, scribble()); err != nil {
		return err
	}
	if err := jpeg.Encode(&photo, sealPhoto(), nil); err != nil {
		return err
	}
	at := h.Carrier.At
	if _, err := d.store.Attach(ctx, d.act("yusuf", at), custody.AttachCmd{Handover: h.ID, Kind: custody.AttachSignature}, sign.Bytes()); err != nil {
		return err
	}
	_, err := d.store.Attach(ctx, d.act("soeren", at), custody.AttachCmd{Handover: h.ID, Kind: custody.AttachSeal}, photo.Bytes())
	return err
}

// scribble is a line that looks like a hand's.
func scribble() image.Image {
	img := image.NewGray(image.Rect(0, 0, 600, 200))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	for i := range 6000 {
		t := float64(i) / 6000
		x, y := 60+480*t+28*math.Sin(40*t), 100-46*math.Sin(23*t)*(1-t)+18*math.Cos(61*t)
		for dx := range 4 {
			for dy := range 4 {
				img.SetGray(int(x)+dx, int(y)+dy, color.Gray{Y: 30})
			}
		}
	}
	return img
}

// sealPhoto is a red strap across a grey box.
func sealPhoto() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 640, 420))
	fill := func(r image.Rectangle, c color.RGBA) { draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src) }
	fill(img.Rect, color.RGBA{96, 104, 112, 255})
	fill(image.Rect(60, 60, 580, 380), color.RGBA{150, 158, 166, 255})
	fill(image.Rect(0, 180, 640, 250), color.RGBA{178, 34, 34, 255})
	fill(image.Rect(250, 165, 390, 265), color.RGBA{235, 235, 235, 255})
	for i := range 14 {
		fill(image.Rect(262+i*8, 190, 264+i*8+i%3, 240), color.RGBA{20, 20, 20, 255})
	}
	return img
}
