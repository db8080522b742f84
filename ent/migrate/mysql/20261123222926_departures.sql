-- +goose Up
-- modify "assist_days" table
ALTER TABLE `assist_days` ADD INDEX `assistday_day` (`day`);
-- modify "assist_donations" table
ALTER TABLE `assist_donations` ADD INDEX `assistdonation_campaign_id_amount` (`campaign_id`, `amount`);
-- modify "shoppers" table
ALTER TABLE `shoppers` ADD COLUMN `left_on` datetime(6) NULL;
-- create "departures" table
CREATE TABLE `departures` (`hash` varchar(64) NOT NULL, `until_day` datetime(6) NOT NULL, PRIMARY KEY (`hash`), INDEX `departure_until_day` (`until_day`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "departures" table
DROP TABLE `departures`;
-- reverse: modify "shoppers" table
ALTER TABLE `shoppers` DROP COLUMN `left_on`;
-- reverse: modify "assist_donations" table
ALTER TABLE `assist_donations` DROP INDEX `assistdonation_campaign_id_amount`;
-- reverse: modify "assist_days" table
ALTER TABLE `assist_days` DROP INDEX `assistday_day`;
