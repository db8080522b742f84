-- +goose Up
-- modify "assists" table
ALTER TABLE `assists` ADD COLUMN `channel` varchar(32) NOT NULL, ADD COLUMN `reward_id` varchar(32) NULL, ADD COLUMN `template_id` varchar(32) NULL;
-- modify "assist_days" table
ALTER TABLE `assist_days` DROP INDEX `assistday_day`;
-- modify "assist_helps" table
ALTER TABLE `assist_helps` MODIFY COLUMN `position` bigint NULL, ADD INDEX `assisthelp_assist_id_id` (`assist_id`, `id`), ADD UNIQUE INDEX `assisthelp_assist_id_position` (`assist_id`, `position`);
-- modify "share_links" table
ALTER TABLE `share_links` ADD INDEX `sharelink_shopper_id_id` (`shopper_id`, `id`);
-- modify "share_visits" table
ALTER TABLE `share_visits` MODIFY COLUMN `device` varchar(24) NOT NULL, ADD COLUMN `network` varchar(24) NOT NULL, ADD COLUMN `place` bigint NULL, DROP INDEX `sharevisit_link_id_day_device`, ADD UNIQUE INDEX `device` (`device`), ADD UNIQUE INDEX `sharevisit_network_place` (`network`, `place`);
-- create "assist_uses" table
CREATE TABLE `assist_uses` (`id` bigint NOT NULL AUTO_INCREMENT, `order_id` varchar(32) NOT NULL, `assist_id` varchar(32) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `assistuse_order_id` (`order_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "assist_uses" table
DROP TABLE `assist_uses`;
-- reverse: modify "share_visits" table
ALTER TABLE `share_visits` DROP INDEX `sharevisit_network_place`, DROP INDEX `device`, ADD UNIQUE INDEX `sharevisit_link_id_day_device` (`link_id`, `day`, `device`), DROP COLUMN `place`, DROP COLUMN `network`, MODIFY COLUMN `device` varchar(64) NOT NULL;
-- reverse: modify "share_links" table
ALTER TABLE `share_links` DROP INDEX `sharelink_shopper_id_id`;
-- reverse: modify "assist_helps" table
ALTER TABLE `assist_helps` DROP INDEX `assisthelp_assist_id_position`, DROP INDEX `assisthelp_assist_id_id`, MODIFY COLUMN `position` bigint NOT NULL DEFAULT 0;
-- reverse: modify "assist_days" table
ALTER TABLE `assist_days` ADD INDEX `assistday_day` (`day`);
-- reverse: modify "assists" table
ALTER TABLE `assists` DROP COLUMN `template_id`, DROP COLUMN `reward_id`, DROP COLUMN `channel`;
