#pragma once

#include <cstddef>
#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>
#include <functional>

namespace jobcast::push {

/// An ordered set that knows the place of each of its keys: every function takes O(log n).
template <class Key>
class RankedSet {
 public:
  void insert(const Key& key) { tree_.insert(key); }
  void erase(const Key& key) { tree_.erase(key); }

  /// How many keys are less than this one, which need not be in the set.
  [[nodiscard]] std::size_t rank(const Key& key) const { return tree_.order_of_key(key); }

  /// The key with `index` keys before it; `index` is less than size().
  [[nodiscard]] const Key& nth(std::size_t index) const { return *tree_.find_by_order(index); }

  [[nodiscard]] std::size_t size() const { return tree_.size(); }
  [[nodiscard]] bool empty() const { return tree_.empty(); }

 private:
  __gnu_pbds::tree<Key, __gnu_pbds::null_type, std::less<Key>, __gnu_pbds::rb_tree_tag,
                   __gnu_pbds::tree_order_statistics_node_update>
      tree_;
};

}  // namespace jobcast::push
