-- +goose Up
-- modify "commissions" table
ALTER TABLE `commissions` MODIFY COLUMN `link_id` varchar(32) NULL, ADD INDEX `commission_beneficiary_id_id` (`beneficiary_id`, `id`);
-- modify "conduct_actions" table
ALTER TABLE `conduct_actions` MODIFY COLUMN `target` varchar(32) NOT NULL, DROP INDEX `conductaction_network_at`, ADD INDEX `conductaction_target_at` (`target`, `at`);
-- modify "conduct_marks" table
ALTER TABLE `conduct_marks` MODIFY COLUMN `id` varchar(32) NOT NULL, MODIFY COLUMN `score` double NOT NULL DEFAULT 0, MODIFY COLUMN `marked` bool NOT NULL, ADD COLUMN `decided` bool NOT NULL DEFAULT 0, ADD COLUMN `reason` varchar(255) NULL;
-- modify "withdrawals" table
ALTER TABLE `withdrawals` ADD COLUMN `payee` blob NULL, DROP INDEX `withdrawal_state_requested_at`, ADD INDEX `withdrawal_shopper_id_requested_at` (`shopper_id`, `requested_at`);

-- +goose Down
-- reverse: modify "withdrawals" table
ALTER TABLE `withdrawals` DROP INDEX `withdrawal_shopper_id_requested_at`, ADD INDEX `withdrawal_state_requested_at` (`state`, `requested_at`), DROP COLUMN `payee`;
-- reverse: modify "conduct_marks" table
ALTER TABLE `conduct_marks` DROP COLUMN `reason`, DROP COLUMN `decided`, MODIFY COLUMN `marked` bool NOT NULL DEFAULT 0, MODIFY COLUMN `score` double NOT NULL, MODIFY COLUMN `id` bigint NOT NULL AUTO_INCREMENT;
-- reverse: modify "conduct_actions" table
ALTER TABLE `conduct_actions` DROP INDEX `conductaction_target_at`, ADD INDEX `conductaction_network_at` (`network`, `at`), MODIFY COLUMN `target` varchar(40) NOT NULL;
-- reverse: modify "commissions" table
ALTER TABLE `commissions` DROP INDEX `commission_beneficiary_id_id`, MODIFY COLUMN `link_id` varchar(32) NOT NULL;
