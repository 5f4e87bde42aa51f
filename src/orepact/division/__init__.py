"""Division: who gets what when there is too little; pure rules on exact numbers."""
