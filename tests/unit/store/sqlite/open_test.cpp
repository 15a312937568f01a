#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrations.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/faulty_vfs.hpp"
#include "support/manual_clock.hpp"
#include "support/result_matchers.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class OpenTest : public testing::Test {
 protected:
  result<SqliteStore> open() {
    StoreOptions options;
    options.database = file_;
    options.vfs = vfs_name_;
    return open_sqlite_store(options, clock_);
  }

  std::string refusal() {
    const auto opened = open();
    EXPECT_THAT(opened, FailsWith(errc::storage_unavailable));
    return opened.has_error() ? opened.error().message : "";
  }

  Connection connect() { return {file_, Access::read_write, ""}; }

  ManualClock clock_;
  TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "jobcast.db";
  std::string vfs_name_;
};

TEST_F(OpenTest, a_new_database_gets_the_newest_schema) {
  ASSERT_TRUE(open().has_value());
  auto connection = connect();
  EXPECT_EQ(connection.number_of("PRAGMA user_version"), schema_version());
  EXPECT_EQ(connection.text_of("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(connection.text_of("PRAGMA integrity_check"), "ok");
  EXPECT_TRUE(open().has_value()) << "opening again changes nothing";
}

TEST_F(OpenTest, every_table_is_strict) {
  ASSERT_TRUE(open().has_value());
  auto connection = connect();
  EXPECT_EQ(connection.number_of("SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND "
                                 "name NOT LIKE 'sqlite_%' AND strict = 0"),
            0);
}

TEST_F(OpenTest, a_newer_version_is_refused) {
  ASSERT_TRUE(open().has_value());
  connect().run("PRAGMA user_version = 9999");
  EXPECT_THAT(refusal(), AllOf(HasSubstr(file_.string()), HasSubstr("newer"), HasSubstr("9999")));
}

TEST_F(OpenTest, another_program_s_database_is_refused_and_left_alone) {
  connect().run("CREATE TABLE theirs (x)");
  EXPECT_THAT(refusal(), AllOf(HasSubstr(file_.string()), HasSubstr("another program")));
  auto connection = connect();
  EXPECT_EQ(connection.number_of("SELECT count(*) FROM sqlite_schema"), 1);
  EXPECT_EQ(connection.text_of("PRAGMA journal_mode"), "delete");
}

TEST_F(OpenTest, a_damaged_file_is_refused_with_a_sentence) {
  std::ofstream(file_) << std::string(8192, 'x');
  EXPECT_THAT(refusal(), AllOf(HasSubstr(file_.string()), HasSubstr("damaged")));
}

TEST_F(OpenTest, a_database_damaged_inside_is_refused_with_a_sentence) {
  ASSERT_TRUE(open().has_value());
  {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << std::string(4000, '\xff');
  }
  EXPECT_THAT(refusal(), HasSubstr("damaged"));
}

TEST_F(OpenTest, a_missing_folder_is_refused_with_a_sentence) {
  file_ = directory_.path() / "missing" / "jobcast.db";
  EXPECT_THAT(refusal(), AllOf(HasSubstr(file_.string()), HasSubstr("can't be opened")));
}

TEST_F(OpenTest, a_write_protected_file_is_refused_with_a_sentence) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everything";
  ASSERT_TRUE(open().has_value());
  ASSERT_EQ(chmod(file_.c_str(), 0400), 0);
  EXPECT_THAT(refusal(), HasSubstr("no right to write"));
}

TEST_F(OpenTest, opening_that_fails_at_any_step_leaves_a_database_that_opens) {
  FaultyVfs vfs;
  int failures = 0;
  for (int step = 1;; ++step) {
    file_ = directory_.path() / ("step-" + std::to_string(step) + ".db");
    vfs_name_ = vfs.name();
    vfs.fail(step, step + 1000, SQLITE_IOERR_WRITE);
    const bool opened = open().has_value();
    const bool reached = vfs.calls() >= step;
    failures += opened ? 0 : 1;
    vfs.heal();
    vfs_name_ = "";
    EXPECT_TRUE(open().has_value()) << "after a failure at step " << step;
    EXPECT_EQ(connect().text_of("PRAGMA integrity_check"), "ok");
    if (!reached) break;
  }
  EXPECT_GT(failures, 5);
}

}  // namespace
}  // namespace jobcast
