using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hub.Proxy.Store.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class PartnersCallAndFetch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "last_asked_at",
                table: "partner_state",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "gateway_call",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organisation = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    caller = table.Column<string>(type: "TEXT", nullable: true),
                    target = table.Column<string>(type: "TEXT", nullable: true),
                    method = table.Column<string>(type: "TEXT", nullable: false),
                    resource = table.Column<string>(type: "TEXT", nullable: true),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    code = table.Column<string>(type: "TEXT", nullable: true),
                    milliseconds = table.Column<int>(type: "INTEGER", nullable: false),
                    request_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gateway_call", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_gateway_call_at",
                table: "gateway_call",
                column: "at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "gateway_call");

            migrationBuilder.DropColumn(
                name: "last_asked_at",
                table: "partner_state");
        }
    }
}
