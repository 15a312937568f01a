#include "work/job_log.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

#include "jobcast/limits.hpp"

#include "base/text.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

class JobLogTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string content() const {
    std::ostringstream text;
    text << std::ifstream(file_, std::ios::binary).rdbuf();
    return text.str();
  }

  TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "log";
};

TEST_F(JobLogTest, AppendsValidText) {
  {
    JobLog log(file_);
    EXPECT_FALSE(std::filesystem::exists(file_));
    log.append("one\n");
    log.append("");
    log.append("tw\xffo\n");
    EXPECT_EQ(content(), "one\ntw\xef\xbf\xbdo\n");
  }
  EXPECT_EQ(content(), "one\ntw\xef\xbf\xbdo\n");
}

TEST_F(JobLogTest, BeginsAnewWithEachAttempt) {
  JobLog(file_).append("first attempt\n");
  JobLog second(file_);
  second.clear();
  EXPECT_FALSE(std::filesystem::exists(file_));
  second.append("second\n");
  EXPECT_EQ(content(), "second\n");
}

TEST_F(JobLogTest, KeepsTheLastBytesFromTheBeginningOfALine) {
  int written = 0;
  {
    JobLog log(file_);
    for (std::size_t bytes = 0; bytes < 5 * limits::log_bytes; ++written) {
      const auto line = "line " + std::to_string(written) + '\n';
      log.append(line);
      bytes += line.size();
    }
    EXPECT_LE(std::filesystem::file_size(file_), 2 * limits::log_bytes);
  }
  const auto kept = content();
  EXPECT_LE(kept.size(), limits::log_bytes);
  EXPECT_GT(kept.size(), limits::log_bytes - 100);
  EXPECT_TRUE(kept.starts_with("line "));
  EXPECT_TRUE(kept.ends_with("line " + std::to_string(written - 1) + '\n'));
}

TEST_F(JobLogTest, CutsATextWithoutLinesAtACharacter) {
  std::string text = "x";
  while (text.size() < 3 * limits::log_bytes) text += "\xe2\x82\xac";
  { JobLog(file_).append(text); }
  const auto kept = content();
  EXPECT_LE(kept.size(), limits::log_bytes);
  EXPECT_GT(kept.size(), limits::log_bytes - 4);
  EXPECT_TRUE(is_valid_utf8(kept));
}

TEST_F(JobLogTest, DoesWithoutAFileThatCannotBeWritten) {
  JobLog log(directory_.path() / "missing" / "log");
  log.append("lost\n");
  log.append("lost too\n");
}

}  // namespace
}  // namespace jobcast
