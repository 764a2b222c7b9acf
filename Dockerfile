# The service as one static program in an otherwise empty image: no shell, no
# package manager, not root. The image holds no PostgreSQL, so it needs
# BREVSTEMME_DATABASE_URL (or BREVSTEMME_DATABASE_URL_FILE); docs/operations.md
# says how the database's roles are made.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG RELEASE=devel
RUN CGO_ENABLED=0 GOFLAGS=-trimpath go build -ldflags "-s -w -X main.release=$RELEASE" -o /out/brevstemme ./app \
 && mkdir /out/data /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/brevstemme /brevstemme
# Holds the signing key when BREVSTEMME_SIGNING_KEY is not set.
COPY --from=build --chown=65532:65532 /out/data /data
# Big sheets of an uploaded spreadsheet are unpacked in it, and removed again.
COPY --from=build --chown=65532:65532 /out/tmp /tmp
VOLUME /data
ENV BREVSTEMME_ADDR=0.0.0.0:8080 BREVSTEMME_DATA=/data
EXPOSE 8080
USER 65532:65532
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s CMD ["/brevstemme", "doctor"]
ENTRYPOINT ["/brevstemme"]
CMD ["serve"]
