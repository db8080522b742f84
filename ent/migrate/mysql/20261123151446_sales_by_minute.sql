-- +goose Up
-- modify "live_minutes" table
ALTER TABLE `live_minutes` ADD COLUMN `orders` bigint NOT NULL DEFAULT 0, ADD COLUMN `sales` bigint NOT NULL DEFAULT 0;
-- what was sold before
INSERT INTO `live_minutes` (`room_id`, `at`, `viewers`, `likes`, `orders`, `sales`)
  SELECT `room_id`, CAST(DATE_FORMAT(`paid_at`, '%Y-%m-%d %H:%i:00') AS datetime(6)) AS `minute`, 0, 0, COUNT(*), SUM(`amount`) FROM `live_sales` GROUP BY `room_id`, `minute`
  ON DUPLICATE KEY UPDATE `orders` = VALUES(`orders`), `sales` = VALUES(`sales`);

-- +goose Down
-- reverse: modify "live_minutes" table
ALTER TABLE `live_minutes` DROP COLUMN `sales`, DROP COLUMN `orders`;
