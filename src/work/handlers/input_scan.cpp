#include "work/handlers/input_scan.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <openssl/evp.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

#include "base/descriptor.hpp"

namespace jobcast {
namespace {

constexpr std::size_t piece_bytes = 128 * 1024;

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new()) {
    check(context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }

  void add(std::string_view bytes) { check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1); }

  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    check(EVP_DigestFinal_ex(context_.get(), digest.data(), &length) == 1);
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
      constexpr std::string_view digits = "0123456789abcdef";
      text.push_back(digits[digest[i] >> 4U]);
      text.push_back(digits[digest[i] & 0x0fU]);
    }
    return text;
  }

 private:
  static void check(bool good) {
    if (!good) throw std::runtime_error("SHA-256 can't be computed");
  }

  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

InputScan scan_input(const std::filesystem::path& file, const std::stop_token& stop) {
  InputScan scan;
  Sha256 sha256;
  EncodingGuess guess;
  read_pieces(file, [&](std::string_view piece) {
    scan.bytes += static_cast<std::int64_t>(piece.size());
    sha256.add(piece);
    guess.add(piece);
    return !stop.stop_requested();
  });
  scan.sha256 = sha256.hex();
  scan.encoding = guess.encoding();
  return scan;
}

void read_pieces(const std::filesystem::path& file, const std::function<bool(std::string_view piece)>& take) {
  const Descriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!input.is_open()) throw_errno("open");
  std::string buffer(piece_bytes, '\0');
  while (true) {
    const auto got = ::read(input.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_errno("read");
    if (got == 0 || !take({buffer.data(), static_cast<std::size_t>(got)})) return;
  }
}

}  // namespace jobcast
