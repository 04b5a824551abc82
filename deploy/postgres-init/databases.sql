-- Run once, by the image of PostgreSQL, when its data folder is empty.
CREATE DATABASE referral;
CREATE DATABASE assessment;
CREATE DATABASE survey;
CREATE DATABASE reporting;
