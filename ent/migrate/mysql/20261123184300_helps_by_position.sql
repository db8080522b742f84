-- +goose Up
-- modify "assist_helps" table: a help that counts has a position
ALTER TABLE `assist_helps` DROP COLUMN `counted`;

-- +goose Down
-- reverse: modify "assist_helps" table
ALTER TABLE `assist_helps` ADD COLUMN `counted` bool NOT NULL DEFAULT true;
