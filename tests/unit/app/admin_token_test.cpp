#include "app/admin_token.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const std::string good_token = "0123456789abcdef";

class AdminTokenTest : public ::testing::Test {
 protected:
  void write(const std::string& content, fs::perms mode = fs::perms::owner_read | fs::perms::owner_write) const {
    fs::remove(path_);
    std::ofstream(path_, std::ios::binary) << content;
    fs::permissions(path_, mode);
  }

  TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "admin-token";
};

TEST_F(AdminTokenTest, IsMadeOnceForItsOwnerAlone) {
  const auto made = load_or_make_admin_token(path_);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->size(), 64U);
  EXPECT_FALSE(find_token_fault(*made));
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path()), fs::directory_iterator()), 1);
  EXPECT_EQ(load_or_make_admin_token(path_).value(), *made);
  fs::remove(path_);
  EXPECT_NE(load_or_make_admin_token(path_).value(), *made);
}

TEST_F(AdminTokenTest, IsMadeAfterACrashHalfWay) {
  std::ofstream(path_.string() + ".new") << "half";
  ASSERT_TRUE(load_or_make_admin_token(path_));
  EXPECT_FALSE(fs::exists(path_.string() + ".new"));
}

TEST_F(AdminTokenTest, IsReadWithAndWithoutALineEnd) {
  for (const auto* end : {"", "\n"}) {
    write(good_token + end);
    EXPECT_EQ(load_or_make_admin_token(path_).value(), good_token);
  }
  const std::string longest(1024, 'x');
  write(longest + '\n');
  EXPECT_EQ(load_or_make_admin_token(path_).value(), longest);
}

TEST_F(AdminTokenTest, IsRefusedWhereOthersMayReadIt) {
  for (const auto open : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write}) {
    write(good_token, fs::perms::owner_read | open);
    const auto refused = load_or_make_admin_token(path_);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr(path_.string()));
    EXPECT_THAT(refused.error().message, HasSubstr("open to others"));
    EXPECT_THAT(refused.error().message, Not(HasSubstr(good_token)));
  }
}

TEST_F(AdminTokenTest, IsRefusedWhereItIsNone) {
  for (const auto& content :
       {std::string(), std::string("\n"), std::string("short"), good_token + "\n\n", good_token + ' ',
        good_token + "\x80", good_token + '\0', std::string(1025, 'x'), std::string(100'000, 'x')}) {
    write(content);
    const auto refused = load_or_make_admin_token(path_);
    ASSERT_FALSE(refused) << content;
    EXPECT_EQ(refused.error().code, errc::invalid_parameter);
    EXPECT_THAT(refused.error().message, HasSubstr("holds no token"));
    EXPECT_THAT(refused.error().message, Not(HasSubstr(good_token)));
  }
  fs::remove(path_);
  fs::create_directory(path_);
  EXPECT_FALSE(load_or_make_admin_token(path_));
}

TEST_F(AdminTokenTest, IsRefusedWhereItCanNotBeMade) {
  const auto refused = load_or_make_admin_token(directory_.path() / "missing" / "admin-token");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::storage_unavailable);
}

TEST_F(AdminTokenTest, IsMadeOnlyForListeningBeyondLoopback) {
  auto data = DataDirectory::open(directory_.path() / "data");
  ASSERT_TRUE(data);
  Config config;
  for (const auto* listen : {"127.0.0.1:8080", "localhost:0", "[::1]:8080", "127.9.9.9:1"}) {
    config.server.listen = listen;
    EXPECT_EQ(complete_auth(config, *data).value().admin_token, "") << listen;
  }
  config.server.listen = "0.0.0.0:8080";
  config.auth.admin_token = "configured-admin-token";
  EXPECT_EQ(complete_auth(config, *data).value().admin_token, config.auth.admin_token);
  EXPECT_FALSE(fs::exists(data->admin_token()));

  config.auth.admin_token.clear();
  for (const auto* listen : {"0.0.0.0:8080", "[::]:8080", "192.0.2.1:80", "[2001:db8::1]:80", "jobs.example.com:80"}) {
    config.server.listen = listen;
    EXPECT_EQ(complete_auth(config, *data).value().admin_token.size(), 64U) << listen;
  }
  config.auth.publish_token = load_or_make_admin_token(data->admin_token()).value();
  const auto refused = complete_auth(config, *data);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, Not(HasSubstr(config.auth.publish_token)));
}

}  // namespace
}  // namespace jobcast
