package dev.varve.app.imports;

import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The tables of the transit system before this one, as its migrations made them. */
final class OldTransitTables {

    private static final String TABLES = """
            CREATE TYPE transport_mode AS ENUM ('UBAHN', 'SBAHN', 'TRAM', 'BUS', 'REGIONAL');
            CREATE TYPE departure_status AS ENUM ('on_time', 'delayed', 'cancelled', 'unknown');
            CREATE TYPE external_status AS ENUM ('SUCCESS', 'NOT_FOUND', 'RATE_LIMITED', 'DOWNSTREAM_ERROR', 'TIMEOUT');
            CREATE TYPE ingestion_source AS ENUM ('MVG_DEPARTURES', 'MVG_STATIONS', 'WEATHER');
            CREATE TYPE ingestion_status AS ENUM ('PENDING', 'RUNNING', 'SUCCESS', 'FAILED', 'RETRYING');
            CREATE TABLE stations (
                station_id varchar(64) PRIMARY KEY, name varchar(255) NOT NULL, place varchar(255) NOT NULL,
                latitude float NOT NULL, longitude float NOT NULL, transport_modes varchar(32)[] NOT NULL DEFAULT '{}',
                timezone varchar(64) NOT NULL DEFAULT 'Europe/Berlin',
                created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE transit_lines (
                line_id varchar(32) PRIMARY KEY, transport_mode transport_mode NOT NULL,
                operator varchar(64) NOT NULL DEFAULT 'MVG', description varchar(255), color_hex varchar(7),
                created_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE ingestion_runs (
                id bigserial PRIMARY KEY, job_name varchar(128) NOT NULL, source ingestion_source NOT NULL,
                started_at timestamptz NOT NULL DEFAULT now(), completed_at timestamptz,
                status ingestion_status NOT NULL DEFAULT 'RUNNING', records_inserted int NOT NULL DEFAULT 0,
                notes text, context jsonb);
            CREATE TABLE departure_observations (
                id bigserial PRIMARY KEY,
                station_id varchar(64) NOT NULL REFERENCES stations ON DELETE CASCADE,
                line_id varchar(32) NOT NULL REFERENCES transit_lines ON DELETE RESTRICT,
                ingestion_run_id bigint REFERENCES ingestion_runs ON DELETE SET NULL,
                direction varchar(255), destination varchar(255), planned_departure timestamptz NOT NULL,
                observed_departure timestamptz, delay_seconds int, platform varchar(16),
                transport_mode transport_mode NOT NULL, status departure_status NOT NULL DEFAULT 'unknown',
                cancellation_reason text, remarks varchar(255)[] NOT NULL DEFAULT '{}', crowding_level int,
                source varchar(64) NOT NULL DEFAULT 'mvg', valid_from timestamptz, valid_to timestamptz,
                raw_payload jsonb, created_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE route_snapshots (
                id bigserial PRIMARY KEY, origin_station_id varchar(64) NOT NULL REFERENCES stations ON DELETE CASCADE,
                destination_station_id varchar(64) NOT NULL REFERENCES stations ON DELETE CASCADE,
                requested_filters jsonb, itineraries jsonb, requested_at timestamptz NOT NULL DEFAULT now(),
                mvg_status external_status NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE weather_observations (id bigserial PRIMARY KEY, provider varchar(64) NOT NULL);
            """;

    private static final String ROWS = """
            INSERT INTO stations VALUES
                ('de:09162:2', 'Marienplatz', 'München', 48.13725, 11.57542, '{UBAHN,SBAHN,BAHN,REGIONAL_BUS}',
                 'Europe/Berlin', '2025-10-01 08:00+02', '2025-10-03 08:00+02'),
                ('de:09162:6', 'Hauptbahnhof', 'München', 48.14, 11.56, '{SCHIFF,TELEPORTER}',
                 'Europe/Berlin', '2025-10-01 08:00:01+02', '2025-10-01 08:00:01+02'),
                ('de:09162:9', 'Nirgendwo', 'München', 148.14, 11.56, '{}', 'Europe/Berlin', '2025-10-01', '2025-10-01');
            INSERT INTO transit_lines VALUES
                ('U3', 'UBAHN', 'MVG', 'Moosach - Fürstenried West', 'EC6726', '2025-10-01 08:00:02+02'),
                ('S5', 'SBAHN', 'DB', NULL, '#00975F', '2025-10-01 08:00:03+02');
            INSERT INTO ingestion_runs VALUES
                (7, 'departures', 'MVG_DEPARTURES', '2025-10-02 06:00+00', '2025-10-02 06:01+00', 'SUCCESS', 3, NULL,
                 '{"station": "de:09162:2", "limit": 40}'),
                (8, 'departures', 'MVG_DEPARTURES', '2025-10-02 07:00+00', '2025-10-02 07:01+00', 'FAILED', 0, 'timeout', NULL),
                (9, 'stations', 'MVG_STATIONS', '2025-10-02 08:00+00', NULL, 'PENDING', 0, NULL, NULL);
            INSERT INTO departure_observations VALUES
                (1, 'de:09162:2', 'U3', 7, 'Süd', 'Fürstenried West', '2025-10-02 06:10+00', NULL, 120, '2', 'UBAHN', 'delayed',
                 NULL, '{"Bauarbeiten","Zug fällt \\"nicht\\" aus"}', 40, 'mvg', '2025-10-02 06:00+00', NULL, '{"label": "U3"}',
                 '2025-10-02 06:00:10.123456+00'),
                (2, 'de:09162:2', 'U3', 7, 'Süd', 'Fürstenried West', '2025-10-02 06:10+00', NULL, 180, '2', 'UBAHN', 'delayed',
                 NULL, '{}', 60, 'mvg', NULL, NULL, NULL, '2025-10-02 06:00:40+00'),
                (3, 'de:09162:2', 'S5', NULL, NULL, 'Kreuzstraße', '2025-10-02 06:20+00', NULL, NULL, NULL, 'SBAHN', 'cancelled',
                 'Stellwerksstörung', '{}', NULL, 'mvg', NULL, NULL, NULL, '2025-10-02 06:00:10+00'),
                (4, 'de:09162:6', 'S5', NULL, 'Ost', NULL, '2025-10-02 06:22+00', '2025-10-02 06:22+00', NULL, '1', 'SBAHN',
                 'on_time', NULL, '{}', NULL, 'mvg', NULL, NULL, NULL, '2025-10-02 06:00:10+00'),
                (5, 'de:09162:6', 'S5', NULL, 'Ost', NULL, '2025-10-02 06:42+00', NULL, NULL, '1', 'SBAHN',
                 'unknown', NULL, '{}', 101, 'mvg', NULL, NULL, NULL, '2025-10-02 06:00:10+00'),
                (6, 'de:09162:9', 'S5', NULL, 'Ost', NULL, '2025-10-02 06:42+00', NULL, NULL, '1', 'SBAHN',
                 'unknown', NULL, '{}', NULL, 'mvg', NULL, NULL, NULL, '2025-10-02 06:00:10+00'),
                (7, 'de:09162:6', 'S5', NULL, 'Ost', NULL, 'infinity', NULL, NULL, '1', 'SBAHN',
                 'unknown', NULL, '{}', NULL, 'mvg', NULL, NULL, NULL, '2025-10-02 06:00:10+00');
            INSERT INTO route_snapshots VALUES
                (1, 'de:09162:2', 'de:09162:6', '{"types": ["UBAHN"], "via": null}', '[{"uniqueId": -1237819603061240, "parts": [{"distance": 902.9779027070497}]}]',
                 '2025-10-02 09:00+00', 'SUCCESS', '2025-10-02 09:00:01+00'),
                (2, 'de:09162:2', 'de:09162:6', NULL, NULL, '2025-10-02 10:00+00', 'TIMEOUT', '2025-10-02 10:00:01+00'),
                (3, 'de:09162:2', 'de:09162:6', NULL, '"no routes"', '2025-10-02 10:00+00', 'TIMEOUT', '2025-10-02 10:00:01+00');
            INSERT INTO weather_observations (provider) VALUES ('dwd');
            """;

    /** As the version before: texts where there are enums now, times without offsets, and fewer columns. */
    private static final String OLDER = """
            CREATE TABLE stations (
                station_id varchar(64) PRIMARY KEY, name varchar(255) NOT NULL,
                latitude float NOT NULL, longitude float NOT NULL, wheelchair boolean);
            CREATE TABLE transit_lines (line_id varchar(32) PRIMARY KEY, transport_mode varchar(32) NOT NULL);
            CREATE TABLE ingestion_runs (
                id bigserial PRIMARY KEY, job_name varchar(128) NOT NULL, source varchar(32) NOT NULL,
                started_at timestamp NOT NULL, completed_at timestamp, status varchar(16) NOT NULL);
            CREATE TABLE departure_observations (
                id bigserial PRIMARY KEY, station_id varchar(64) NOT NULL, line_id varchar(32) NOT NULL,
                destination varchar(255), planned_departure timestamp NOT NULL, delay_seconds int,
                transport_mode varchar(32) NOT NULL, status varchar(16), created_at timestamp NOT NULL);
            INSERT INTO stations VALUES ('de:09162:2', 'Marienplatz', 48.13725, 11.57542, true);
            INSERT INTO transit_lines VALUES ('R1', 'bahn'), ('R2', 'REGIONAL_BUS');
            INSERT INTO ingestion_runs VALUES
                (1, 'departures', 'mvg_departures', '2025-01-02 06:00', '2025-01-02 06:01', 'completed'),
                (2, 'departures', 'MVG_DEPARTURES', '2025-01-02 06:00', '2025-01-02 06:01', 'abandoned');
            INSERT INTO departure_observations VALUES
                (1, 'de:09162:2', 'R1', 'Garmisch', '2025-01-02 06:10', NULL, 'BAHN', 'ON_TIME', '2025-01-02 06:00'),
                (2, 'de:09162:2', 'R3', 'Garmisch', '2025-01-02 06:20', NULL, 'BAHN', 'ON_TIME', '2025-01-02 06:00');
            """;

    private OldTransitTables() {}

    static TestDatabase withRows() throws SQLException {
        return database(TABLES + ROWS);
    }

    static TestDatabase older() throws SQLException {
        return database(OLDER);
    }

    /** How many of both {@link #withDepartures} makes besides. */
    static final int STATIONS_AND_LINES = 120;

    /** With this many departures of one observation each. */
    static TestDatabase withDepartures(int count) throws SQLException {
        return database(TABLES + """
                INSERT INTO stations SELECT 's' || n, 'Station ' || n, 'Town', 48, 11 FROM generate_series(0, 99) n;
                INSERT INTO transit_lines SELECT 'L' || n, 'BUS' FROM generate_series(0, 19) n;
                INSERT INTO departure_observations
                    (station_id, line_id, destination, planned_departure, delay_seconds, transport_mode, status, created_at)
                SELECT 's' || n %% 100, 'L' || n %% 20, 'Somewhere', timestamptz '2025-10-02 06:00+00' + n * interval '1 second',
                       n %% 3 * 60, 'BUS', CASE n %% 3 WHEN 0 THEN 'on_time' ELSE 'delayed' END::departure_status,
                       timestamptz '2025-10-02 05:00+00' + n * interval '1 second'
                FROM generate_series(1, %d) n;
                """.formatted(count));
    }

    private static TestDatabase database(String sql) throws SQLException {
        TestDatabase database = TestDatabase.empty();
        execute(database, sql);
        return database;
    }

    static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
