-- +goose Up
-- modify "deadlines" table
ALTER TABLE `deadlines` DROP INDEX `deadline_due_at`, ADD INDEX `deadline_kind_due_at` (`kind`, `due_at`);

-- +goose Down
-- reverse: modify "deadlines" table
ALTER TABLE `deadlines` DROP INDEX `deadline_kind_due_at`, ADD INDEX `deadline_due_at` (`due_at`);
