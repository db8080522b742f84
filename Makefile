# The same words everywhere. `make demo` runs the shop; `make test` passes every test on SQLite and MariaDB.
.PHONY: demo gen release check test test-sqlite test-mariadb soak bench migration clients fuzz

# Tests are stated in counts: CI takes small ones, `make soak` the full ones.
export KAITUAN_RACES ?= 3
export KAITUAN_STEPS ?= 400

STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT     = go run mvdan.cc/gofumpt@v0.12.0
CLIENTS     = server/transport/testdata/clients
CONTRACTS   = frontend-contracts
# The race detector watches all but SQLite itself, C that was translated to Go: it has no goroutines of its own, and watching it makes tests five times as slow.
RACE        = -race '-gcflags=modernc.org/sqlite/...=-race=false' '-gcflags=modernc.org/libc/...=-race=false'
# Packages whose tests keep data, which run on each engine.
STORED      = ./internal/... ./ent/... ./shop/order/... ./shop/catalog/... ./shop/identity ./shop/feed/... ./shop/groupbuy/... ./shop/live/... ./shop/share ./shop/points/... ./shop/coupon/... ./shop/assist ./shop/referral ./shop/commission ./shop/conduct ./shop/webhook ./shop/taste ./shop/member ./server ./server/app/... ./server/importer/... ./graph/...

demo: ## the shop with its demo, on an embedded database
	go run ./server

gen: ## everything that is generated, anew
	go generate ./ent
	go tool gqlgen generate
	go generate ./server/transport/internal/testgraph
	go run ./frontend-contracts/release gen
	@$(MAKE) --no-print-directory $(CONTRACTS)/node_modules/.package-lock.json
	cd $(CONTRACTS) && node codegen.mjs
	go run ./frontend-contracts/release manifest kaituan 0.2.0-dev
	cd $(CONTRACTS) && npm run --silent build -w h5
	cd $(CONTRACTS)/host-console && npm run --silent build

release: ## the published schemas become what the next change is compared with
	go run ./frontend-contracts/release baseline

check: ## formats, vet, staticcheck, generated code and migrations
	@out=$$($(GOFUMPT) -l $$(git ls-files '*.go' | grep -v -e '^ent/db/' -e '^graph/exec/' -e '^graph/model/' -e '/internal/testgraph/')); test -z "$$out" || { echo "not formatted (gofumpt -w): $$out"; exit 1; }
	go mod verify
	go vet ./...
	$(STATICCHECK) ./...
	@$(MAKE) --no-print-directory gen
	@git diff --exit-code --stat -- ent/db graph/exec graph/model server/transport/internal frontend-contracts/schema frontend-contracts/errors.md frontend-contracts/client frontend-contracts/manifest frontend-contracts/h5/dist frontend-contracts/host-console/dist || { echo "generated code differs: run make gen and commit it"; exit 1; }
	scripts/mariadb go run ./ent/migrate/diff -check

clients: $(CLIENTS)/node_modules/.package-lock.json $(CONTRACTS)/node_modules/.package-lock.json ## real clients from npm, and what the frontends are built with
%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --ignore-scripts --no-audit --no-fund

test: check test-sqlite test-mariadb ## everything, on both engines

test-sqlite: clients
	TEST_DATABASE_URL= go test $(RACE) -timeout 20m ./...

test-mariadb: clients
	scripts/mariadb go test $(RACE) -timeout 20m -count=1 $(STORED)

fuzz: ## a minute for each fuzz target
	scripts/fuzz 60s

# 10,000 rounds on one hold, and 100,000 steps of the ledger against its model.
POINTS_SOAK = KAITUAN_RACES=500 KAITUAN_STEPS=100000 KAITUAN_SOAK=1
POINTS_RUN  = go test -timeout 8h -count=1 -v -run 'TestOneEndOfAHold|TestAnyMovementInAnyOrder' ./shop/points

soak: clients ## the full counts: hours
	$(POINTS_SOAK) TEST_DATABASE_URL= $(POINTS_RUN)
	$(POINTS_SOAK) scripts/mariadb $(POINTS_RUN)
	KAITUAN_RACES=50 KAITUAN_STEPS=20000 KAITUAN_SOAK=1 TEST_DATABASE_URL= go test -timeout 4h -count=1 ./shop/... ./server/app/... ./server/importer/...
	KAITUAN_RACES=50 KAITUAN_STEPS=20000 KAITUAN_SOAK=1 scripts/mariadb go test -timeout 4h -count=1 ./shop/... ./server/app/... ./server/importer/...

bench: ## figures with their floors, in one run on this machine
	scripts/mariadb go run ./bench

migration: ## make migration NAME=what_changed: the next versioned SQL
	scripts/mariadb go run ./ent/migrate/diff $(NAME)
