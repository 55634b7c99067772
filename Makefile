# Shorthands for ./varve, which does the work. Pass options with ARGS, e.g. make migrate ARGS="--data-dir /srv/varve".

.PHONY: help migrate migrate-down revision reset-db generate lint test

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

migrate: ## Run the migrations that are missing
	./varve migrate up $(ARGS)

N ?= 1
migrate-down: ## Take back the last N migrations (N=1)
	./varve migrate down $(N) $(ARGS)

revision: ## Start a migration: make revision schema=transit message="add a note"
	./varve migrate new "$(message)" --schema $(schema)

reset-db: ## Drop all schemas and make them anew (asks first)
	./varve migrate reset $(ARGS)

generate: ## Generate the query classes from the migrations
	./varve generate $(ARGS)

lint: ## Check format, compiler warnings, bug patterns and dependencies
	./varve lint $(ARGS)

test: ## Run the whole verification
	./varve test $(ARGS)
