#include "work/handlers/html_tree.hpp"

#include <csetjmp>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <utility>

namespace jobcast {
namespace {

/// How many allocations pass between two looks at the clock.
constexpr unsigned allocations_a_look = 16;

}  // namespace

/// Memory for one parse: counted, and freed in one sweep.
class HtmlTree::Heap {
 public:
  Heap(const HtmlLimits& limits, std::stop_token stop)
      : limit_bytes_(limits.memory_bytes),
        deadline_(std::chrono::steady_clock::now() + limits.time),
        stop_(std::move(stop)) {}
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  ~Heap() {
    while (first_ != nullptr) std::free(std::exchange(first_, first_->next));
  }

  static void* allocate(void* heap, std::size_t bytes) { return static_cast<Heap*>(heap)->allocate(bytes); }
  static void release(void* heap, void* memory) { static_cast<Heap*>(heap)->release(memory); }

  std::jmp_buf& way_out() { return way_out_; }
  [[nodiscard]] HtmlRefusal refusal() const { return refusal_; }

 private:
  struct alignas(std::max_align_t) Block {
    Block* next = nullptr;
    Block* previous = nullptr;
    std::size_t bytes = 0;
  };

  // Neither this function nor gumbo's have objects with destructors on the stack, so the jump is well-defined
  // ([support.runtime]).
  void* allocate(std::size_t bytes) {
    if (const auto why = look()) leave(*why);
    if (bytes > limit_bytes_ - used_bytes_) leave(HtmlRefusal::too_complex);
    auto* const block = static_cast<Block*>(std::malloc(sizeof(Block) + bytes));
    if (block == nullptr) leave(HtmlRefusal::too_complex);
    *block = {first_, nullptr, sizeof(Block) + bytes};
    if (first_ != nullptr) first_->previous = block;
    first_ = block;
    used_bytes_ += std::min(block->bytes, limit_bytes_ - used_bytes_);
    return block + 1;
  }

  void release(void* memory) {
    if (memory == nullptr) return;
    auto* const block = static_cast<Block*>(memory) - 1;
    (block->previous != nullptr ? block->previous->next : first_) = block->next;
    if (block->next != nullptr) block->next->previous = block->previous;
    used_bytes_ -= std::min(block->bytes, used_bytes_);
    std::free(block);
  }

  std::optional<HtmlRefusal> look() {
    if (++allocations_ % allocations_a_look != 0) return std::nullopt;
    if (stop_.stop_requested()) return HtmlRefusal::stopped;
    if (std::chrono::steady_clock::now() > deadline_) return HtmlRefusal::too_slow;
    return std::nullopt;
  }

  [[noreturn]] void leave(HtmlRefusal why) {
    refusal_ = why;
    std::longjmp(way_out_, 1);  // NOLINT(cert-err52-cpp): C code can't be left by an exception
  }

  std::size_t limit_bytes_;
  std::chrono::steady_clock::time_point deadline_;
  std::stop_token stop_;
  std::jmp_buf way_out_{};
  HtmlRefusal refusal_ = HtmlRefusal::too_complex;
  Block* first_ = nullptr;
  std::size_t used_bytes_ = 0;
  unsigned allocations_ = 0;
};

HtmlTree::HtmlTree(const HtmlLimits& limits, std::stop_token stop) : heap_(new Heap(limits, std::move(stop))) {}

HtmlTree::~HtmlTree() {
  delete heap_;
}

std::variant<const GumboNode*, HtmlRefusal> HtmlTree::parse(std::string_view html) {
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &Heap::allocate;
  options.deallocator = &Heap::release;
  options.userdata = heap_;
  options.max_errors = 0;
  if (setjmp(heap_->way_out()) != 0) return heap_->refusal();  // NOLINT(cert-err52-cpp)
  const GumboOutput* const output = gumbo_parse_with_options(&options, html.data(), html.size());
  return output->root;
}

}  // namespace jobcast
