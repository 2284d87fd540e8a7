using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hub.Proxy.Store.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class MessageTools : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "mapping_version",
                table: "received",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "partner_file_hash",
                table: "received",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "replay_form",
                table: "delivery",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "replay_note",
                table: "delivery",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "replay_of",
                table: "delivery",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "replayed_by",
                table: "delivery",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_delivery_shadow",
                table: "delivery",
                column: "partner_id",
                filter: "state = 8");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_delivery_shadow",
                table: "delivery");

            migrationBuilder.DropColumn(
                name: "mapping_version",
                table: "received");

            migrationBuilder.DropColumn(
                name: "partner_file_hash",
                table: "received");

            migrationBuilder.DropColumn(
                name: "replay_form",
                table: "delivery");

            migrationBuilder.DropColumn(
                name: "replay_note",
                table: "delivery");

            migrationBuilder.DropColumn(
                name: "replay_of",
                table: "delivery");

            migrationBuilder.DropColumn(
                name: "replayed_by",
                table: "delivery");
        }
    }
}
